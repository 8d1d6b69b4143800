"""The base of every failure that a user is told about."""


class LoketError(Exception):
    """Terjadi kesalahan yang tidak dikenal. Silakan coba lagi atau hubungi petugas."""

    status = 400

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        """`message` is the Indonesian sentence for the user; the class's docstring is the default.

        `field` names the form field that the message belongs to, if there is one.
        """
        self.message = message or " ".join((type(self).__doc__ or "").split())
        self.field = field
        super().__init__(self.message)


class NotFoundError(LoketError):
    """Halaman atau data yang dicari tidak ditemukan."""

    status = 404


class NotAllowedError(LoketError):
    """Anda tidak berwenang melakukan tindakan ini."""

    status = 403


class ConflictError(LoketError):
    """Data ini baru saja diubah oleh orang lain. Muat ulang halaman, lalu coba lagi."""

    status = 409


class TooManyError(LoketError):
    """Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi."""

    status = 429
