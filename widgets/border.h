// What every function of the C border shares: no exception leaves it, and what went wrong
// is one log line. Private to widgets/.
#pragma once

#include <plotlib/log.h>

namespace plotlib
{

inline void say(plt_log *log, plt_level level, plt_msg id, const char *text) noexcept
{
    plt_log_write(log, level, id, text);
}

// Runs the body of a border function; an exception (out of memory, practically) becomes
// `failed`.
template <typename Result, typename Body> Result border(Result failed, Body body) noexcept
{
    try {
        return body();
    } catch (...) {
        say(nullptr, PLT_LEVEL_ERROR, PLT_MSG_NO_MEMORY, "widget: out of memory");
        return failed;
    }
}

} // namespace plotlib
