// The root of the scene graph: owns plots, knows theme and font, collects damage.
#include <math.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/base/message.h>
#include <plotlib/scene/image_viewer.h>

bool plt_replace_string(char **slot, const char *text, struct plt_log *log)
{
    char *copy = NULL;
    if (text && text[0]) {
        copy = plt_strdup(text);
        if (!copy) {
            plt_no_memory(log, "text");
            return false;
        }
    }
    plt_free(*slot);
    *slot = copy;
    return true;
}

struct plt_figure *plt_figure_create(const struct plt_figure_params *params)
{
    static const struct plt_figure_params defaults;
    if (!params)
        params = &defaults;
    struct plt_figure *figure = plt_calloc(1, sizeof(*figure));
    if (!figure || !plt_replace_string(&figure->title, params->title, params->log)) {
        plt_free(figure);
        plt_no_memory(params->log, "figure");
        return NULL;
    }
    pthread_mutex_init(&figure->update_lock, NULL);
    figure->log = plt_log_ref(params->log);
    figure->theme = params->theme;
    figure->background = params->background;
    figure->bare = params->bare;
    figure->scale = 1;
    // A bare one shows no text of its own: a text item asks for the font where none is
    // named.
    if (!params->bare || params->font_file)
        figure->font = plt_font_create(params->font_file, params->log);
    figure->pool = plt_pool_create(params->threads); // without it, one thread
    atomic_init(&figure->dirty, true);
    return figure;
}

static void plot_free(struct plt_plot *plot)
{
    for (size_t i = 0; i < plot->num_items; i++)
        plt_item_free(plot->items[i]);
    plt_free(plot->items);
    plt_free(plot->title);
    for (struct plt_axis *axis = &plot->x, *next; axis; axis = next) {
        next = axis->next;
        plt_zone_free(axis->zone);
        plt_free(axis->label);
        plt_free(axis->unit);
        if (axis != &plot->x && axis != &plot->y)
            plt_free(axis);
    }
    plt_free(plot);
}

void plt_figure_destroy(struct plt_figure *figure)
{
    if (!figure)
        return;
    if (figure->depth > 0) { // in a callback: plt_figure_leave finishes the work
        figure->doomed = true;
        figure->num_notices = 0;
        return;
    }
    for (size_t i = 0; i < figure->num_plots; i++)
        plot_free(figure->plots[i]);
    while (figure->viewers)
        plt_viewer_free(figure->viewers);
    plt_free(figure->plots);
    plt_free(figure->listeners);
    plt_free(figure->notices);
    plt_free(figure->title);
    plt_font_destroy(figure->font);
    plt_pool_destroy(figure->pool);
    plt_log_unref(figure->log);
    pthread_mutex_destroy(&figure->update_lock);
    plt_free(figure);
}

void plt_figure_damage(struct plt_figure *figure)
{
    if (atomic_exchange(&figure->dirty, true))
        return;
    pthread_mutex_lock(&figure->update_lock);
    if (figure->update_fn)
        figure->update_fn(figure->update_user);
    pthread_mutex_unlock(&figure->update_lock);
}

static void clean_item(void *user, int i)
{
    struct plt_figure *figure = user;
    size_t at = (size_t)i, p = 0;
    while (at >= figure->plots[p]->num_items)
        at -= figure->plots[p++]->num_items;
    struct plt_item *item = figure->plots[p]->items[at];
    if (item->class->clean)
        item->class->clean(item);
}

void plt_figure_clean(struct plt_figure *figure)
{
    atomic_store(&figure->dirty, false);
    size_t count = 0;
    int computed = 0;
    for (size_t p = 0; p < figure->num_plots; p++) {
        count += figure->plots[p]->num_items;
        for (size_t i = 0; i < figure->plots[p]->num_items; i++)
            computed += figure->plots[p]->items[i]->computed;
    }
    // Transforms are brought up to date here, side by side; all else is a flag to clear.
    if (count <= INT32_MAX)
        plt_pool_run(computed > 1 ? figure->pool : NULL, (int)count, clean_item, figure);
    plt_figure_take_rows(figure);
}

bool plt_figure_dirty(struct plt_figure *figure)
{
    return figure && atomic_load(&figure->dirty);
}

void plt_figure_set_update_callback(struct plt_figure *figure, void (*fn)(void *user),
                                    void *user)
{
    plt_require(NULL, figure != NULL, );
    pthread_mutex_lock(&figure->update_lock);
    figure->update_fn = fn;
    figure->update_user = user;
    pthread_mutex_unlock(&figure->update_lock);
}

bool plt_figure_set_title(struct plt_figure *figure, const char *title)
{
    plt_require(NULL, figure != NULL, false);
    if (!plt_replace_string(&figure->title, title, figure->log))
        return false;
    plt_figure_damage(figure);
    return true;
}

void plt_figure_set_theme(struct plt_figure *figure, enum plt_theme theme)
{
    plt_require(NULL, figure != NULL, );
    if (figure->theme == theme)
        return;
    figure->theme = theme;
    plt_figure_damage(figure);
}

void plt_figure_set_dark_desktop(struct plt_figure *figure, bool dark)
{
    plt_require(NULL, figure != NULL, );
    if (figure->dark_desktop == dark)
        return;
    figure->dark_desktop = dark;
    plt_figure_damage(figure);
}

bool plt_figure_is_dark(const struct plt_figure *figure)
{
    return figure->theme == PLT_THEME_DARK ||
           (figure->theme == PLT_THEME_AUTO && figure->dark_desktop);
}

uint32_t plt_color_argb(struct plt_color c)
{
    const float in[4] = {c.a, c.r, c.g, c.b};
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) {
        float v = in[i] > 0 ? in[i] < 1 ? in[i] : 1 : 0;
        word = word << 8 | (uint32_t)(v * 255.0f + 0.5f);
    }
    return word;
}

struct plt_style plt_figure_style(const struct plt_figure *figure)
{
    struct plt_style style = *plt_style_theme(plt_figure_is_dark(figure));
    if (figure->background.a > 0) {
        // Text must stay readable on any background: take the theme that contrasts.
        struct plt_color c = figure->background;
        bool is_dark = 0.299f * c.r + 0.587f * c.g + 0.114f * c.b < 0.5f;
        style = *plt_style_theme(is_dark);
        style.background = plt_color_argb(c) | 0xff000000;
        style.panel = (style.background & 0xffffff) | 0xe6000000;
    }
    return style;
}

struct plt_plot *plt_figure_add_plot(struct plt_figure *figure,
                                     const struct plt_plot_params *params)
{
    static const struct plt_plot_params defaults;
    plt_require(NULL, figure != NULL, NULL);
    if (!params)
        params = &defaults;
    struct plt_plot *plot = plt_calloc(1, sizeof(*plot));
    if (!plot || !plt_reserve((void **)&figure->plots, &figure->cap_plots,
                              figure->num_plots + 1, sizeof(*figure->plots))) {
        plt_free(plot);
        plt_no_memory(figure->log, "plot");
        return NULL;
    }
    plot->figure = figure;
    plot->view.plot = plot;
    plot->x.plot = plot->y.plot = plot;
    plot->x.next = &plot->y;
    plot->y.vertical = true;
    plot->x.view.span = plot->y.view.span = 1;
    plot->x.hidden = plot->y.hidden = params->hide_axes;
    plot->grid = !params->hide_grid;
    plot->legend.enabled = !params->hide_legend;
    plot->legend.right = plot->legend.top = 2 * PLT_SPACE;
    plot->same_row = params->same_row && figure->num_plots > 0;
    plot->y_down = params->y_down;
    plot->lock_aspect = params->lock_aspect;
    plot->y_from_zero = params->y_from_zero;
    plot->readout = params->readout;
    // Shares beyond any screen would only overflow the layout's sums.
    plot->stretch = params->stretch > 0 ? fmin(fmax(params->stretch, 1e-6), 1e6) : 1;
    plot->padding = fmin(params->padding, 1e6);
    plot->newest = NAN;
    bool follows = params->follow_span > 0 && isfinite(params->follow_span);
    if (follows && (unsigned)params->follow <= PLT_FOLLOW_EXPAND) {
        plot->follow = params->follow;
        plot->follow_span = params->follow_span;
        plot->x.view.mode = PLT_RANGE_FOLLOW;
    }
    if (!plt_replace_string(&plot->title, params->title, figure->log) ||
        !plt_replace_string(&plot->x.label, params->x_label, figure->log) ||
        !plt_replace_string(&plot->x.unit, params->x_unit, figure->log) ||
        !plt_replace_string(&plot->y.label, params->y_label, figure->log) ||
        !plt_replace_string(&plot->y.unit, params->y_unit, figure->log)) {
        plot_free(plot);
        return NULL;
    }
    figure->plots[figure->num_plots++] = plot;
    plt_figure_damage(figure);
    return plot;
}

void plt_plot_destroy(struct plt_plot *plot)
{
    if (!plot)
        return;
    if (plot->viewer) {
        plt_image_viewer_destroy(plot->viewer);
        return;
    }
    struct plt_figure *figure = plot->figure;
    size_t i = 0;
    while (i < figure->num_plots && figure->plots[i] != plot)
        i++;
    memmove(&figure->plots[i], &figure->plots[i + 1],
            (figure->num_plots - i - 1) * sizeof(*figure->plots));
    figure->num_plots--;
    if (figure->num_plots > 0)
        figure->plots[0]->same_row = false;
    plt_input_forget_plot(figure, plot);
    plt_notice_forget_plot(figure, plot);
    plot_free(plot);
    plt_figure_damage(figure);
}

int plt_figure_num_plots(const struct plt_figure *figure)
{
    return figure ? (int)figure->num_plots : 0;
}

struct plt_plot *plt_figure_plot(struct plt_figure *figure, int index)
{
    plt_require(NULL, figure != NULL, NULL);
    return index >= 0 && (size_t)index < figure->num_plots ? figure->plots[index] : NULL;
}

bool plt_figure_layout(struct plt_figure *figure, int width, int height, double scale)
{
    plt_require(NULL, figure != NULL, false);
    plt_require(figure->log, width >= 1 && width <= 32768, false);
    plt_require(figure->log, height >= 1 && height <= 32768, false);
    plt_require(figure->log, scale > 0 && scale <= 16, false);
    figure->width = width;
    figure->height = height;
    figure->scale = scale;
    plt_layout_update(figure);
    return true;
}
