from django.db import migrations

# A line in the books for each berita acara and each registration so far, in the order of their making. Resi of
# the paper kit stand in the book too. A registration that ended in the same moment as another is told by its id.
LINES_SO_FAR = """
INSERT INTO register_registerbook (office_id, book)
SELECT DISTINCT office_id, 'berita-acara' FROM cases_handoverrecord
 UNION SELECT DISTINCT office_id, 'registrasi' FROM cases_case WHERE receipt_number IS NOT NULL
    ON CONFLICT (office_id, book) DO NOTHING;
INSERT INTO register_bookline (office_id, book, year, entry, number, day, ref, given_at, given_by, spoiled_by,
                               spoiled_reason, replaced_by)
SELECT office_id, book, extract(year FROM day),
       row_number() OVER (PARTITION BY office_id, book, extract(year FROM day) ORDER BY given_at, number),
       number, day, ref, given_at, given_by, '', '', ''
  FROM (SELECT office_id, 'berita-acara' AS book, number, day, '' AS ref, opened_at AS given_at,
               opened_by AS given_by
          FROM cases_handoverrecord
         UNION ALL
        SELECT c.office_id, 'registrasi', c.receipt_number,
               (c.registered_at AT TIME ZONE (o.definition ->> 'zone'))::date, 'case:' || c.id,
               c.registered_at, 'system'
          FROM cases_case c JOIN offices_office o ON o.code = c.office_id
         WHERE c.receipt_number IS NOT NULL) AS numbered
 ORDER BY office_id, book, given_at, number;
INSERT INTO register_serial (office_id, key, last)
SELECT office_id, 'book:' || book || ':' || year, max(entry) FROM register_bookline
 WHERE book IN ('berita-acara', 'registrasi') GROUP BY office_id, book, year
    ON CONFLICT (office_id, key) DO NOTHING;
INSERT INTO audit_unanchorednumber (office_code, key, value, at)
SELECT office_id, 'book:' || book || ':' || year, max(entry), now() FROM register_bookline
 WHERE book IN ('berita-acara', 'registrasi') GROUP BY office_id, book, year;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_whole_catalogue"), ("register", "0013_books")]
    operations = [migrations.RunSQL(LINES_SO_FAR, migrations.RunSQL.noop)]
