'use strict';
// Starts the store on 127.0.0.1:$STORE_PORT (0: a free port), fills an empty database and, when it answers,
// says one line of JSON on standard output:
//   {"ready":true,"seeded":true,"pid":..,"ms":..,"adminApi":"..","shopApi":"..","apiKey":".."}
// Ends on SIGTERM and SIGINT, and with STORE_STOP_WITH_STDIN=1 when its standard input closes.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const began = Date.now();
process.env.TZ = 'UTC';
const {
    ChannelService, JobQueueService, ProductVariant, RequestContext, TransactionalConnection, bootstrap,
} = require('@vendure/core');
const { populateInitialData, importProductsFromCsv } = require('@vendure/core/cli');
const { makeConfig } = require('./store-config');
const seed = require('./seed.json');

async function fillIfEmpty(app) {
    const variants = app.get(TransactionalConnection).rawConnection.getRepository(ProductVariant);
    if (await variants.count()) return false;
    const channels = app.get(ChannelService);
    const { id } = await channels.getDefaultChannel();
    await channels.update(RequestContext.empty(), {
        id, defaultCurrencyCode: seed.currency, availableCurrencyCodes: [seed.currency], pricesIncludeTax: true,
    });
    process.env.CREATING_VENDURE_APP = 'true'; // the importer's progress bar stays quiet
    await populateInitialData(app, seed);
    await importProductsFromCsv(app, productsFile(), seed.defaultLanguage);
    return true;
}

// STORE_CURRENCY and STORE_PRICE_FACTOR: the same shop in another country; prices times a whole number.
seed.currency = process.env.STORE_CURRENCY || seed.currency;
const factor = Number(process.env.STORE_PRICE_FACTOR || 1);

function productsFile() {
    const file = path.join(__dirname, 'products.csv');
    if (factor === 1) return file;
    const price = /,(\d+\.\d\d),(Reduced|Standard) Tax,/g;
    const scaled = fs.readFileSync(file, 'utf8')
        .replace(price, (_, amount, tax) => `,${(Number(amount) * factor).toFixed(2)},${tax} Tax,`);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'store-'));
    process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
    const target = path.join(folder, 'products.csv');
    fs.writeFileSync(target, scaled);
    return target;
}

// @vendure/core does not export the service behind API keys, so the key of the role `till` is made
// as the shop's administrator would: over the Admin API.
async function makeTillKey(adminApi, { identifier, password }) {
    let token;
    const ask = async (query, variables) => {
        const response = await fetch(adminApi, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
            body: JSON.stringify({ query, variables }),
        });
        token = response.headers.get('vendure-auth-token') || token;
        const { data, errors } = await response.json();
        if (errors) throw new Error(JSON.stringify(errors));
        return data;
    };
    await ask('mutation($u: String!, $p: String!) { login(username: $u, password: $p) { __typename } }', {
        u: identifier, p: password,
    });
    const { roles } = await ask('{ roles { items { id code } } }');
    const { createApiKey } = await ask('mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }', {
        input: {
            roleIds: roles.items.filter(role => role.code === 'till').map(role => role.id),
            translations: [{ languageCode: 'en', name: 'till' }],
        },
    });
    return createApiKey.apiKey;
}

function stopWhenAsked(app) {
    let stopping = false;
    const stop = async () => {
        if (stopping) return;
        stopping = true;
        setTimeout(() => process.exit(0), 3000).unref();
        try { await app.close(); } finally { process.exit(0); }
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
    if (process.env.STORE_STOP_WITH_STDIN) process.stdin.on('end', stop).on('error', stop).resume();
}

async function main() {
    const config = makeConfig();
    const app = await bootstrap(config);
    stopWhenAsked(app);
    await app.get(JobQueueService).start();
    const seeded = await fillIfEmpty(app);
    const { address, port } = app.getHttpServer().address();
    const base = `http://${address}:${port}`;
    const adminApi = `${base}/admin-api`;
    const apiKey = seeded ? await makeTillKey(adminApi, config.authOptions.superadminCredentials) : undefined;
    process.stdout.write(JSON.stringify({
        ready: true, seeded, pid: process.pid, ms: Date.now() - began, adminApi, shopApi: `${base}/shop-api`, apiKey,
    }) + '\n');
}

main().catch(error => { console.error(error); process.exit(1); });
