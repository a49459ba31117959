-- Nothing is unlike NULL: a comparison that is to refuse lets it through. What a till calls is not
-- even begun where anything is left out; the answer is nothing.
--
-- up
ALTER FUNCTION loyalty.join_hub(text, text, text, text) STRICT;
ALTER FUNCTION loyalty.hello(text, text, text) STRICT;
ALTER FUNCTION loyalty.append_facts(
    text, bigint, text[], text[], text[], bytea[], timestamptz[]
) STRICT;
ALTER FUNCTION loyalty.read_facts(text, integer) STRICT;
ALTER FUNCTION loyalty.reserve(text, text, text, bigint, integer) STRICT;
ALTER FUNCTION loyalty.release(text) STRICT;
ALTER FUNCTION loyalty.elect(text, boolean) STRICT;

-- down
ALTER FUNCTION loyalty.elect(text, boolean) CALLED ON NULL INPUT;
ALTER FUNCTION loyalty.release(text) CALLED ON NULL INPUT;
ALTER FUNCTION loyalty.reserve(text, text, text, bigint, integer) CALLED ON NULL INPUT;
ALTER FUNCTION loyalty.read_facts(text, integer) CALLED ON NULL INPUT;
ALTER FUNCTION loyalty.append_facts(
    text, bigint, text[], text[], text[], bytea[], timestamptz[]
) CALLED ON NULL INPUT;
ALTER FUNCTION loyalty.hello(text, text, text) CALLED ON NULL INPUT;
ALTER FUNCTION loyalty.join_hub(text, text, text, text) CALLED ON NULL INPUT;
