"""Invented but plausible names, places and streets for demo residents."""

MALE = [
    "Adi", "Agus", "Ahmad", "Andi", "Arif", "Bagus", "Bayu", "Budi", "Dani", "Darma", "Dimas", "Eko", "Fajar",
    "Galih", "Gunawan", "Hadi", "Hasan", "Hendra", "Ilham", "Imam", "Irfan", "Joko", "Kurnia", "Lukman",
    "Muhammad", "Nanda", "Pandu", "Putra", "Raka", "Rendi", "Rizky", "Rudi", "Samuel", "Satria", "Slamet",
    "Surya", "Taufik", "Wahyu", "Wawan", "Yoga", "Yohanes", "Yusuf", "Zainal",
]  # fmt: skip
FEMALE = [
    "Aisyah", "Anisa", "Ayu", "Citra", "Dewi", "Dian", "Eka", "Endang", "Farida", "Fitri", "Hesti", "Indah",
    "Intan", "Kartika", "Lestari", "Lina", "Maria", "Maya", "Mega", "Nadia", "Nia", "Nur", "Puspa", "Putri",
    "Rahma", "Ratna", "Retno", "Rina", "Sari", "Siti", "Sri", "Sulastri", "Tari", "Tika", "Tuti", "Wahyuni",
    "Wati", "Wulan", "Yanti", "Yulia",
]  # fmt: skip
LAST = [
    "Anwar", "Aprilia", "Ardiansyah", "Firmansyah", "Gunadi", "Handayani", "Hartono", "Hidayat", "Irawan",
    "Kusuma", "Kurniawan", "Lubis", "Mahendra", "Maulana", "Nasution", "Nugroho", "Pangestu", "Permana",
    "Prasetyo", "Pratama", "Purnama", "Rahayu", "Ramadhan", "Saputra", "Santoso", "Setiawan", "Siregar",
    "Sitompul", "Suharto", "Sulistyo", "Suryani", "Susanto", "Syahputra", "Utami", "Wibowo", "Wijaya",
    "Yuliani", "Zulkarnain",
]  # fmt: skip
STREETS = [
    "Anggrek", "Bougenville", "Cempaka", "Dahlia", "Flamboyan", "Gajah Mada", "Kenanga", "Mawar", "Melati",
    "Merdeka", "Pattimura", "Pelita", "Sudirman", "Teratai",
]  # fmt: skip
RELIGIONS = [("ISLAM", 80), ("KRISTEN", 10), ("KATHOLIK", 5), ("HINDU", 3), ("BUDHA", 2)]
BLOOD = ["A", "B", "AB", "O", "TIDAK TAHU"]
SCHOOLS = ["SLTP/SEDERAJAT", "SLTA/SEDERAJAT", "DIPLOMA IV/STRATA I", "TAMAT SD/SEDERAJAT"]
JOBS_OF_MEN = [
    "KARYAWAN SWASTA",
    "WIRASWASTA",
    "BURUH HARIAN LEPAS",
    "PEGAWAI NEGERI SIPIL",
    "NELAYAN/PERIKANAN",
]
JOBS_OF_WOMEN = ["MENGURUS RUMAH TANGGA", "KARYAWAN SWASTA", "WIRASWASTA", "GURU"]
