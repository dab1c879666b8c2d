namespace Pharos.Query.PromQL.Functions;

/// <summary>Date and time of day in UTC, for any 64-bit count of seconds; .NET's own dates end with the year 9999.</summary>
readonly record struct CivilDate(long Year, int Month, int Day, int Hour, int Minute, int DayOfWeek, int DayOfYear, int DaysInMonth)
{
    /// <remarks>Days to year, month and day by the era method (Howard Hinnant, "chrono-compatible low-level date algorithms").</remarks>
    public static CivilDate Of(double seconds)
    {
        // NaN and what does not fit become the smallest number, as the conversion does on Prometheus' usual platform.
        var whole = double.IsNaN(seconds) || seconds >= long.MaxValue || seconds <= long.MinValue ? long.MinValue : (long)seconds;
        var days = Math.DivRem(whole, 86_400, out var rest);
        if (rest < 0)
        {
            rest += 86_400;
            days--;
        }
        var shifted = days + 719_468;
        var era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097;
        var dayOfEra = shifted - era * 146_097;
        var yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayFromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * dayFromMarch + 2) / 153;
        var day = (int)(dayFromMarch - (153 * monthFromMarch + 2) / 5 + 1);
        var month = (int)(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
        var year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        var isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        int[] before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        var dayOfYear = before[month - 1] + day + (isLeap && month > 2 ? 1 : 0);
        var daysInMonth = month switch { 2 => isLeap ? 29 : 28, 4 or 6 or 9 or 11 => 30, _ => 31 };
        var weekday = (int)(((days + 4) % 7 + 7) % 7); // The epoch was a Thursday.
        return new(year, month, day, (int)(rest / 3600), (int)(rest / 60 % 60), weekday, dayOfYear, daysInMonth);
    }
}
