"""The comparison of somebody's biometrics with the national data: what a case keeps of it. Plain Python.

Permendagri 96/2019: before the vulnerable get a letter, it is looked up whether they are known already. Only
the answer is kept, and the NIK that was found; never biometrics.
"""

# Where the answers of a case have it.
RESULT, NIK = "biometrik_hasil", "biometrik_nik"
RESULTS = {
    "found": "Ditemukan dalam data nasional",
    "not_found": "Tidak ditemukan",
    "not_needed": "Belum wajib KTP-el, tidak diperiksa",
}
