// Days and civil dates, proleptic Gregorian: H. Hinnant, "chrono-compatible low-level date
// algorithms" (days_from_civil, civil_from_days). Thread-safety: safe.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { PLT_DAY_S = 86400 };

struct plt_date {
    int64_t year;
    int month, day; // 1..12, 1..31
};

static inline int64_t plt_floor_div(int64_t a, int64_t b) // b > 0
{
    return a / b - (a % b < 0);
}

static inline int64_t plt_date_to_days(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = plt_floor_div(year, 400), of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static inline struct plt_date plt_date_from_days(int64_t days)
{
    days += 719468;
    int64_t era = plt_floor_div(days, 146097), of_era = days - era * 146097;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t m = (5 * of_year + 2) / 153;
    struct plt_date date = {.day = (int)(of_year - (153 * m + 2) / 5 + 1),
                            .month = (int)(m < 10 ? m + 3 : m - 9)};
    date.year = era * 400 + years + (date.month <= 2);
    return date;
}

static inline bool plt_leap_year(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static inline int plt_days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && plt_leap_year(year));
}
