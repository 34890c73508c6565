// Axes: label, unit, visibility. Ranges are in view.c, ticks are chosen in layout.c.
#include <plotlib/base/message.h>
#include <plotlib/scene/scene.h>

bool plt_axis_set_label(struct plt_axis *axis, const char *label, const char *unit)
{
    plt_require(NULL, axis != NULL, false);
    struct plt_figure *figure = axis->plot->figure;
    if (!plt_replace_string(&axis->label, label, figure->log) ||
        !plt_replace_string(&axis->unit, unit, figure->log))
        return false;
    plt_figure_damage(figure);
    return true;
}

void plt_axis_set_visible(struct plt_axis *axis, bool visible)
{
    plt_require(NULL, axis != NULL, );
    if (axis->hidden == !visible)
        return;
    axis->hidden = !visible;
    plt_figure_damage(axis->plot->figure);
}
