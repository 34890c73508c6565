// Qt's input events as plt_event, and plt_cursor as Qt's shape. Private to widgets/.
#pragma once

#include <QEvent>

#include <plotlib/event.h>

namespace plotlib
{

// False for what is not input.
bool translateEvent(const QEvent *event, plt_event *out);
Qt::CursorShape cursorShape(plt_cursor cursor);

} // namespace plotlib
