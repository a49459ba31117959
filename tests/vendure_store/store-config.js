'use strict';
// What makes this Vendure store the one the tests need:
//   * custom fields for cards, points and till sales
//   * an order process that lets a till sale be paid without shipping or stock (STORE_STRICT=1: Vendure's own)
//   * the till's own unit price where a line carries one
//   * API keys for administrators
// Every switch is an environment variable, so that a test can say what it wants.
const crypto = require('node:crypto');
const path = require('node:path');
const {
    LanguageCode, LogLevel, RandomBytesApiKeyStrategy, configureDefaultOrderProcess, dummyPaymentHandler,
} = require('@vendure/core');

const field = (name, type, title, more = {}) => ({
    name, type, nullable: true, label: [{ languageCode: LanguageCode.en, value: title }], ...more,
});

const customFields = {
    Customer: [
        field('loyaltyCardNumber', 'string', 'Loyalty card', { unique: true }),
        field('loyaltyPoints', 'int', 'Loyalty points', { nullable: false, defaultValue: 0 }),
        field('loyaltyTier', 'string', 'Tier', {
            options: ['bronze', 'silver', 'gold', 'platinum'].map(value => ({ value })),
        }),
        field('loyaltyUpdatedAt', 'datetime', 'Loyalty changed at'),
        // Optional for the terminal; STORE_NO_LAPSE=1 is a shop that has not made them.
        ...(process.env.STORE_NO_LAPSE ? [] : [
            field('loyaltyLapsing', 'int', 'Points about to lapse', { nullable: false, defaultValue: 0 }),
            field('loyaltyLapsesAt', 'datetime', 'They lapse at'),
        ]),
        field('loyaltyLedger', 'struct', 'Ledger', {
            list: true,
            fields: [
                { name: 'entryId', type: 'string' },
                { name: 'delta', type: 'int' },
                { name: 'reason', type: 'string' },
                { name: 'at', type: 'datetime' },
            ],
        }),
    ],
    Order: [
        field('posSaleId', 'string', 'Till sale id', { unique: true }),
        field('posTerminalId', 'string', 'Till'),
        field('posReceiptNumber', 'string', 'Receipt number'),
        field('posSoldAt', 'datetime', 'Sold at'),
        field('loyaltyPointsEarned', 'int', 'Points earned'),
        field('loyaltyPointsRedeemed', 'int', 'Points redeemed'),
    ],
    OrderLine: [field('tillUnitPrice', 'int', 'Till unit price', { public: false })],
    ProductVariant: [field('ean', 'string', 'EAN')],
};

const tillPrice = {
    calculateUnitPrice(ctx, variant, lineFields) {
        const price = lineFields && lineFields.tillUnitPrice;
        return typeof price === 'number'
            ? { price, priceIncludesTax: true }
            : { price: variant.listPrice, priceIncludesTax: variant.listPriceIncludesTax };
    },
};

// 'sqljs' keeps everything in memory; 'sqljs:/a/file' in that file; else a postgres:// URL.
function database(wanted, logging) {
    const common = { synchronize: true, logging };
    if (/^postgres(ql)?:/.test(wanted)) return { type: 'postgres', url: wanted, ...common };
    const file = wanted.startsWith('sqljs:') && wanted.slice('sqljs:'.length);
    return file
        ? { type: 'sqljs', location: file, autoSave: true, ...common }
        : { type: 'sqljs', autoSave: false, ...common };
}

// Vendure hashes a key with bcrypt, a quarter of a second, once for every root field of every request.
// Most tests do not want to wait for that; STORE_SLOW_HASH=1 is Vendure as it comes.
const digest = plain => 'sha256:' + crypto.createHash('sha256').update(plain).digest('hex');
const quickHash = { hash: async plain => digest(plain), check: async (plain, hash) => hash === digest(plain) };

// Standard output is kept for the one line that index.js says.
function logToStderr(least) {
    const at = (name, level) => (message, context, trace) => {
        if (level > least) return;
        process.stderr.write(`${new Date().toISOString()} ${name} [${context || ''}] ${message}${trace ? '\n' + trace : ''}\n`);
    };
    return {
        error: at('error', LogLevel.Error), warn: at('warn', LogLevel.Warn), info: at('info', LogLevel.Info),
        verbose: at('verbose', LogLevel.Verbose), debug: at('debug', LogLevel.Debug),
    };
}

function makeConfig(env = process.env) {
    const strict = Boolean(env.STORE_STRICT);
    const quick = !env.STORE_SLOW_HASH;
    return {
        defaultChannelToken: 'loyalty-test-channel',
        logger: logToStderr(env.STORE_SQL ? LogLevel.Debug : LogLevel.Warn),
        apiOptions: {
            hostname: '127.0.0.1', port: Number(env.STORE_PORT ?? 0),
            adminApiPath: 'admin-api', shopApiPath: 'shop-api', cors: false,
        },
        authOptions: {
            tokenMethod: ['bearer', 'api-key'],
            requireVerification: false,
            sessionDuration: env.STORE_SESSION_DURATION || '1y',
            sessionCacheTTL: Number(env.STORE_SESSION_CACHE_TTL || 300),
            superadminCredentials: {
                identifier: env.STORE_ADMIN_USER || 'superadmin',
                password: env.STORE_ADMIN_PASSWORD || 'superadmin',
            },
            ...(quick && {
                passwordHashingStrategy: quickHash,
                adminApiKeyStrategy: new RandomBytesApiKeyStrategy({ hashingStrategy: quickHash }),
            }),
        },
        dbConnectionOptions: database(env.STORE_DB || 'sqljs', env.STORE_SQL ? ['query'] : false),
        orderOptions: {
            process: [configureDefaultOrderProcess({
                arrangingPaymentRequiresShipping: strict, arrangingPaymentRequiresStock: strict,
            })],
            orderItemPriceCalculationStrategy: tillPrice,
        },
        paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
        importExportOptions: { importAssetsDir: path.join(__dirname, 'data') },
        customFields,
    };
}

module.exports = { makeConfig };
