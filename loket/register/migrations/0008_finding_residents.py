from django.db import migrations, models

# The normal form of `loket.core.names`, for the indexes: immutable, of built-in functions only, so that a dump
# restores. To change it, add a function under another name with indexes of its own.
ACCENTED = "ÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜÑÇàáâãäåèéêëìíîïòóôõöùúûüñç"
PLAIN = "aaaaaaeeeeiiiiooooouuuuncaaaaaaeeeeiiiiooooouuuunc"
STRANGE = f"IF octet_length(plain) <> length(plain) THEN plain := translate(plain, '{ACCENTED}´‘’ʼ', '{PLAIN}'); END IF;"
LETTERS = (
    "oe:u,oo:u,dj:j,tj:c,chr:kr,ck:k,kh:h,ch:h,th:t,dh:d,gh:g,bh:b,sh:s,dz:z,ts:s,ph:p,x:ks,ie:i,oir:air"
)
DOUBLES = ",".join(f"{letter}{letter}:{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
LATER = "ae:ai,ao:au,ei:ai,roh:rah,sia:sa,siu:su,sie:se,sio:so,aa:a,ii:i,oh :ah ,ah :a ,z :s ,d :t ,b :p "


def replaced(inner: str, pairs: str) -> str:
    """`inner` with each pair replaced in turn, as one expression of SQL."""
    for pair in pairs.split(","):
        written, _, sound = pair.partition(":")
        inner = f"replace({inner}, '{written}', '{sound}')"
    return inner


NAME_WORDS = rf"""
CREATE FUNCTION register_name_words(name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
DECLARE
    plain text COLLATE "C" := lower(translate(name, '''`', '') COLLATE "C");
    named text COLLATE "C";
    words text[];
    sounds text COLLATE "C";
BEGIN
    {STRANGE}
    named := regexp_replace(
        regexp_replace(' ' || split_part(plain, ',', 1) || ' ', '[^a-z]+', '  ', 'g'),
        ' (h|hj|haji|hajjah|hajah|kh|drs|dra|dr|drg|ir|prof|ny|nyonya|tn|tuan|sdr|sdri|alm|almh|almarhum|almarhumah) ',
        '', 'g');
    IF btrim(named) = '' THEN
        named := regexp_replace(' ' || plain || ' ', '[^a-z]+', '  ', 'g');
    END IF;
    named := regexp_replace(named,
        ' (m|md|mhd|mhmd|m[uo](h|ch|kh|hd|chd|khd)|m(oe|oo|ou|u|o)(h|ch|kh)a?m+[ae][dt]+) ', ' muhamad ', 'g');
    named := regexp_replace(named, ' abd(oe|u)?[lrsnt]? ', ' abdu ', 'g');
    named := regexp_replace(named, ' (st|sti|sitti) ', ' siti ', 'g');
    named := regexp_replace(named, ' ch(and|[iey])', ' c\1', 'g');
    words := regexp_split_to_array(btrim(named), ' +');
    sounds := ' ' || array_to_string(words, '  ') || ' ';
    FOR place IN 2 .. cardinality(words) LOOP
        sounds := sounds || ' ' || words[place - 1] || words[place] || ' ';
    END LOOP;
    sounds := replace(translate({replaced("sounds", LETTERS)}, 'vfqjy', 'ppkii'), '  ', ' ');
    sounds := {replaced("sounds", DOUBLES)};
    sounds := btrim({replaced("sounds", LATER)});
    RETURN CASE sounds WHEN '' THEN '{{}}'::text[] ELSE string_to_array(sounds, ' ') END;
END
$$;
"""
ADDRESS_WORDS = rf"""
CREATE FUNCTION register_address_words(address text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
DECLARE
    plain text COLLATE "C" := lower(translate(address, '''`', '') COLLATE "C");
BEGIN
    {STRANGE}
    plain := regexp_replace(' ' || plain || ' ', '[^a-z0-9]+', '  ', 'g');
    plain := regexp_replace(plain, ' 0+([0-9])', ' \1', 'g');
    plain := regexp_replace(plain, ' (jl|jln|jalan|gg|gang|no|nomor|rt|rw) ', '', 'g');
    plain := btrim(regexp_replace(plain, ' +', ' ', 'g'));
    RETURN CASE plain WHEN '' THEN '{{}}'::text[] ELSE string_to_array(plain, ' ') END;
END
$$;
"""
# Entries that wait for their place are read by each search: at most a megabyte of them.
INDEXES = """
CREATE INDEX register_resident_name_words ON register_resident
    USING gin (register_name_words(name)) WITH (gin_pending_list_limit = 1024);
CREATE INDEX register_resident_mother_words ON register_resident
    USING gin (register_name_words(mother_name)) WITH (gin_pending_list_limit = 1024);
CREATE INDEX register_family_address_words ON register_family
    USING gin (register_address_words(address)) WITH (gin_pending_list_limit = 1024);
"""
GONE = """
DROP INDEX register_family_address_words;
DROP INDEX register_resident_mother_words;
DROP INDEX register_resident_name_words;
DROP FUNCTION register_address_words(text);
DROP FUNCTION register_name_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0007_unknown_people")]
    operations = [
        migrations.RunSQL([NAME_WORDS, ADDRESS_WORDS, INDEXES], GONE),
        migrations.AddIndex(
            model_name="resident",
            index=models.Index(fields=["birth_date", "office"], name="register_resident_born"),
        ),
    ]
