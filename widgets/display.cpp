// Probes the window system that Qt would open: X11 through libxcb, loaded at run time, and
// Wayland through its socket. Platforms that need neither (offscreen, minimal, ...) pass.
#include "display.h"

#include <cstring>

#include <QByteArray>
#include <QDir>
#include <QLibraryInfo>

#if defined(__linux__) || defined(__FreeBSD__)
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#define PROBE_DISPLAY 1
#endif

namespace plotlib
{

#ifdef PROBE_DISPLAY
static const char *argument(int argc, char **argv, const char *name)
{
    for (int i = 1; i + 1 < argc; i++) {
        const char *given = argv[i];
        if (given[0] == '-' && given[1] == '-')
            given++;
        if (std::strcmp(given, name) == 0)
            return argv[i + 1];
    }
    return nullptr;
}

static bool x11Answers(const char *display)
{
    void *library = dlopen("libxcb.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return false; // Qt's plugin needs it too
    using Connect = void *(*)(const char *, int *);
    using Check = int (*)(void *);
    using Disconnect = void (*)(void *);
    auto connect_to = reinterpret_cast<Connect>(dlsym(library, "xcb_connect"));
    auto has_error = reinterpret_cast<Check>(dlsym(library, "xcb_connection_has_error"));
    auto disconnect = reinterpret_cast<Disconnect>(dlsym(library, "xcb_disconnect"));
    bool answers = false;
    if (connect_to && has_error && disconnect) {
        void *connection = connect_to(display, nullptr);
        answers = has_error(connection) == 0;
        disconnect(connection);
    }
    dlclose(library);
    return answers;
}

static bool waylandAnswers()
{
    QByteArray name = qgetenv("WAYLAND_DISPLAY");
    QByteArray path = name.startsWith('/') ? name : qgetenv("XDG_RUNTIME_DIR") + '/' + name;
    sockaddr_un address{};
    if (name.isEmpty() || size_t(path.size()) >= sizeof(address.sun_path))
        return false;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0)
        return false;
    bool answers =
        connect(socket_fd, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0;
    close(socket_fd);
    QDir plugins(QLibraryInfo::path(QLibraryInfo::PluginsPath) + "/platforms");
    return answers && !plugins.entryList({"libqwayland*"}, QDir::Files).isEmpty();
}

const char *missingDisplay(int argc, char **argv)
{
    QByteArray platforms = qgetenv("QT_QPA_PLATFORM");
    if (const char *given = argument(argc, argv, "-platform"))
        platforms = given;
    bool x11 = platforms.isEmpty(), wayland = platforms.isEmpty();
    for (const QByteArray &entry : platforms.split(';')) {
        QByteArray name =
            entry.left(entry.indexOf(':') < 0 ? entry.size() : entry.indexOf(':'));
        if (name.startsWith("wayland"))
            wayland = true;
        else if (name == "xcb")
            x11 = true;
        else if (!name.isEmpty())
            return nullptr;
    }
    const char *display = argument(argc, argv, "-display");
    bool named = display || !qgetenv("DISPLAY").isEmpty();
    if (x11 && named && x11Answers(display))
        return nullptr;
    if (wayland && waylandAnswers())
        return nullptr;
    return x11 && named ? "no window system: the X display cannot be opened"
                        : "no window system: neither DISPLAY nor WAYLAND_DISPLAY names one";
}
#else
const char *missingDisplay(int, char **)
{
    return nullptr;
}
#endif

} // namespace plotlib
