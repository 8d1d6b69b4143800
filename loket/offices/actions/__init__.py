"""Changes to offices (`office`) and signing in (`signin`)."""

from loket.offices.actions.office import (
    HolidayExists,
    NationalHoliday,
    add_holiday,
    assign_role,
    remove_holiday,
    seed_holidays,
    sync_areas,
    sync_office,
)
from loket.offices.actions.signin import (
    TooManyTries,
    WrongCode,
    WrongPassword,
    WrongTotp,
    check_staff_password,
    check_totp,
    create_staff,
    new_login_code,
    set_totp,
    take_login_code,
    throttle,
    totp_seed,
)

__all__ = [
    "HolidayExists",
    "NationalHoliday",
    "TooManyTries",
    "WrongCode",
    "WrongPassword",
    "WrongTotp",
    "add_holiday",
    "assign_role",
    "check_staff_password",
    "check_totp",
    "create_staff",
    "new_login_code",
    "remove_holiday",
    "seed_holidays",
    "set_totp",
    "sync_areas",
    "sync_office",
    "take_login_code",
    "throttle",
    "totp_seed",
]
