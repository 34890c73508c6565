// Is there a window system? Asked before a QApplication is made, because Qt ends the
// process where there is none. Private to widgets/.
#pragma once

namespace plotlib
{

// NULL when a QApplication can be made with these arguments, else what is missing.
const char *missingDisplay(int argc, char **argv);

} // namespace plotlib
