// Learn: an image that keeps its 16-bit pixels, shown through levels and a colormap that
// the keys change: up and down move the upper level, C takes the next colormap.
#include <plotlib/plotlib.h>
#include <plotlib/widget.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum { COLUMNS = 640, ROWS = 480 };

static uint16_t pixels[ROWS][COLUMNS];

struct view {
    struct plt_image_item *item;
    double top; // value of the colormap's end
    int colormap;
};

static void make_pixels(void)
{
    unsigned noise = 1;
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            double x = (column - 380) / 60.0, y = (row - 220) / 60.0,
                   r = sqrt(x * x + y * y);
            double rings = r > 0 ? sin(5 * r) / (5 * r) : 1;
            noise = noise * 1664525u + 1013904223u;
            pixels[row][column] = (uint16_t)(900 + 22000 * rings * rings + (noise >> 24));
        }
    }
}

// On the owner thread, after the figure's state is consistent.
static void on_key(const struct plt_notice *notice, void *user)
{
    struct view *view = user;
    if (notice->key == PLT_KEY_UP || notice->key == PLT_KEY_DOWN) {
        view->top *= notice->key == PLT_KEY_UP ? 1.25 : 0.8;
        plt_image_item_set_levels(view->item, 900, view->top);
        printf("levels 900..%.0f\n", view->top);
    } else if (notice->key == 'C') {
        const char *name = plt_colormap_name(++view->colormap);
        if (!name)
            name = plt_colormap_name(view->colormap = 0);
        plt_image_item_set_colormap(view->item, name);
        printf("colormap %s\n", name);
    }
}

int main(int argc, char **argv)
{
    struct plt_app *app = plt_app_create(&argc, argv);
    if (!app)
        return 1;
    struct plt_widget *window =
        plt_widget_create(app, plt_widget_params(.title = "Image: up, down, C"));
    struct plt_figure *figure = plt_widget_figure(window);
    struct plt_plot *plot = plt_figure_add_plot(
        figure, plt_plot_params(.y_down = true, .lock_aspect = true, .hide_grid = true));

    make_pixels();
    struct plt_image *image = plt_image_wrap(
        pixels, plt_image_params(.type = PLT_U16, .columns = COLUMNS, .rows = ROWS), NULL,
        NULL);
    struct view view = {.top = 8000};
    view.item = plt_image_item_create(
        plot, image, plt_image_item_params(.levels = {900, 8000}, .colormap = "inferno"));
    plt_image_unref(image); // the item holds it now
    plt_figure_listen(figure, 1u << PLT_NOTICE_KEY, on_key, &view);

    int status = view.item ? plt_app_run(app) : 1;
    plt_widget_destroy(window);
    plt_app_destroy(app);
    return status;
}
