// Qt's input events as plt_event: positions in logical pixels of the surface, wheels in
// notches, keys as code points. It translates; what an event does is decided by scene/.
#include "events.h"

#include <QEnterEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

namespace plotlib
{

static int buttonsOf(Qt::MouseButtons buttons)
{
    return (buttons & Qt::LeftButton ? PLT_BUTTON_LEFT : 0) |
           (buttons & Qt::RightButton ? PLT_BUTTON_RIGHT : 0) |
           (buttons & Qt::MiddleButton ? PLT_BUTTON_MIDDLE : 0);
}

static int modifiersOf(Qt::KeyboardModifiers modifiers)
{
    return (modifiers & Qt::ShiftModifier ? PLT_MOD_SHIFT : 0) |
           (modifiers & Qt::ControlModifier ? PLT_MOD_CTRL : 0) |
           (modifiers & Qt::AltModifier ? PLT_MOD_ALT : 0);
}

static int keyOf(int key)
{
    switch (key) {
    case Qt::Key_Escape: return PLT_KEY_ESCAPE;
    case Qt::Key_Backspace: return PLT_KEY_BACKSPACE;
    case Qt::Key_Left: return PLT_KEY_LEFT;
    case Qt::Key_Right: return PLT_KEY_RIGHT;
    case Qt::Key_Up: return PLT_KEY_UP;
    case Qt::Key_Down: return PLT_KEY_DOWN;
    case Qt::Key_PageUp: return PLT_KEY_PAGE_UP;
    case Qt::Key_PageDown: return PLT_KEY_PAGE_DOWN;
    case Qt::Key_Home: return PLT_KEY_HOME;
    case Qt::Key_End: return PLT_KEY_END;
    case Qt::Key_Return:
    case Qt::Key_Enter: return PLT_KEY_ENTER;
    case Qt::Key_Delete: return PLT_KEY_DELETE;
    case Qt::Key_Tab: return PLT_KEY_TAB;
    default: return key > 0 && key < 0x110000 ? key : PLT_KEY_NONE;
    }
}

static bool fromMouse(plt_event_type type, const QEvent *event, plt_event *out)
{
    const auto *mouse = static_cast<const QMouseEvent *>(event);
    out->type = type;
    out->x_px = mouse->position().x();
    out->y_px = mouse->position().y();
    out->button = type == PLT_EVENT_MOVE ? 0 : buttonsOf(mouse->button());
    out->buttons = buttonsOf(mouse->buttons());
    out->modifiers = modifiersOf(mouse->modifiers());
    return true;
}

static bool fromWheel(const QWheelEvent *wheel, plt_event *out)
{
    // Pixel deltas of touchpads count only where no angle comes with them: X11's are
    // unreliable. 50 px of finger travel feel like one notch.
    QPointF notches = QPointF(wheel->angleDelta()) / 120.0;
    if (wheel->angleDelta().isNull())
        notches = QPointF(wheel->pixelDelta()) / 50.0;
    out->type = PLT_EVENT_WHEEL;
    out->x_px = wheel->position().x();
    out->y_px = wheel->position().y();
    out->buttons = buttonsOf(wheel->buttons());
    out->modifiers = modifiersOf(wheel->modifiers());
    out->wheel = notches.y();
    out->wheel_x = -notches.x(); // Qt's positive x is to the left
    return !notches.isNull();
}

bool translateEvent(const QEvent *event, plt_event *out)
{
    *out = plt_event{};
    switch (event->type()) {
    case QEvent::MouseMove: return fromMouse(PLT_EVENT_MOVE, event, out);
    case QEvent::MouseButtonPress: return fromMouse(PLT_EVENT_PRESS, event, out);
    case QEvent::MouseButtonRelease: return fromMouse(PLT_EVENT_RELEASE, event, out);
    case QEvent::MouseButtonDblClick: return fromMouse(PLT_EVENT_DOUBLE_CLICK, event, out);
    case QEvent::Wheel: return fromWheel(static_cast<const QWheelEvent *>(event), out);
    case QEvent::Leave: out->type = PLT_EVENT_LEAVE; return true;
    case QEvent::KeyPress: {
        const auto *key = static_cast<const QKeyEvent *>(event);
        out->type = PLT_EVENT_KEY;
        out->modifiers = modifiersOf(key->modifiers());
        out->key = keyOf(key->key());
        out->repeat = key->isAutoRepeat();
        return out->key != PLT_KEY_NONE;
    }
    case QEvent::KeyRelease: {
        const auto *key = static_cast<const QKeyEvent *>(event);
        out->type = PLT_EVENT_KEY_RELEASE;
        out->modifiers = modifiersOf(key->modifiers());
        out->key = keyOf(key->key());
        return out->key != PLT_KEY_NONE && !key->isAutoRepeat();
    }
    case QEvent::FocusOut: out->type = PLT_EVENT_KEY_RELEASE; return true;
    default: return false;
    }
}

Qt::CursorShape cursorShape(plt_cursor cursor)
{
    switch (cursor) {
    case PLT_CURSOR_ARROW: return Qt::ArrowCursor;
    case PLT_CURSOR_OPEN_HAND: return Qt::OpenHandCursor;
    case PLT_CURSOR_CLOSED_HAND: return Qt::ClosedHandCursor;
    case PLT_CURSOR_CROSS: return Qt::CrossCursor;
    case PLT_CURSOR_SIZE_HOR: return Qt::SizeHorCursor;
    case PLT_CURSOR_SIZE_VER: return Qt::SizeVerCursor;
    case PLT_CURSOR_SIZE_ALL: return Qt::SizeAllCursor;
    case PLT_CURSOR_POINTING: return Qt::PointingHandCursor;
    }
    return Qt::ArrowCursor;
}

} // namespace plotlib
