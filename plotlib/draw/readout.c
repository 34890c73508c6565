// The readout in a corner of the plot: where the pointer is, and the samples under it.
#include <math.h>

#include <plotlib/base/number.h>
#include <plotlib/draw/build.h>

enum { TEXT = 192 };

// A coordinate, with the digits that a pixel can tell apart.
static void put_number(char *text, size_t size, double v, double per_px)
{
    const double digits = ceil(-log10(fabs(per_px)));
    if (!(fabs(v) < 1e9) || !(digits <= 9))
        (void)plt_format(text, size, "%.9g", v);
    else
        (void)plt_format(text, size, "%.*f", digits > 0 ? (int)digits : 0, v);
}

static bool is_integer(enum plt_type type)
{
    return type != PLT_F64 && type != PLT_F32 && type != PLT_F16;
}

static void put_value(char *text, size_t size, double v, enum plt_type type)
{
    if (isnan(v))
        (void)plt_format(text, size, "NaN");
    else if (is_integer(type))
        (void)plt_format(text, size, "%.0f", v);
    else
        (void)plt_format(text, size, "%.*g",
                         type == PLT_F64   ? 10
                         : type == PLT_F32 ? 7
                                           : 4,
                         v);
}

// The image on top that has a sample there.
static struct plt_image_item *image_at(struct plt_plot *plot, double x, double y,
                                       int32_t *column, int32_t *row)
{
    for (size_t i = plot->num_items; i > 0; i--) {
        struct plt_item *item = plot->items[i - 1];
        if (item->class->kind == PLT_ITEM_IMAGE && !item->hidden &&
            plt_image_item_sample((struct plt_image_item *)item, x, y, column, row))
            return (struct plt_image_item *)item;
    }
    return NULL;
}

static void put_values(char *text, size_t size, const struct plt_image *image,
                       int32_t column, int32_t row)
{
    const int32_t channels = plt_image_channels(image);
    size_t used = 0;
    for (int32_t c = 0; c < channels; c++) {
        char value[48];
        put_value(value, sizeof(value), plt_image_value(image, column, row, c),
                  plt_image_type(image));
        const int n = plt_format(text + used, size - used, "%s%s", c ? ", " : "", value);
        used += n > 0 && (size_t)n < size - used ? (size_t)n : 0;
    }
}

static void put_place(char *text, size_t size, const struct plt_plot *plot, double x,
                      double y)
{
    char both[2][48];
    put_number(both[0], sizeof(both[0]), x, 1 / plot->x.map.scale);
    put_number(both[1], sizeof(both[1]), y, 1 / plot->y.map.scale);
    if (plot->x.timed) // the axis says it better
        (void)plt_format(text, size, "%s", both[1]);
    else
        (void)plt_format(text, size, "%s, %s", both[0], both[1]);
}

bool plt_readout_text(struct plt_plot *plot, char *text, size_t size)
{
    const struct plt_input *input = &plot->figure->input;
    const double scale = plot->figure->scale;
    if (!plot->readout || !input->inside || input->over != plot ||
        !plt_irect_holds(plot->data, input->x, input->y))
        return false;
    double x, y;
    int32_t column = 0, row = 0;
    char place[100], values[TEXT / 2] = "";
    plt_plot_to_data(plot, input->x / scale, input->y / scale, &x, &y);
    if (!isfinite(x) || !isfinite(y))
        return false;
    struct plt_image_item *item = image_at(plot, x, y, &column, &row);
    if (item && !item->placed)
        (void)plt_format(place, sizeof(place), "%d, %d", (int)column, (int)row);
    else
        put_place(place, sizeof(place), plot, x, y);
    if (item)
        put_values(values, sizeof(values), item->image, column, row);
    (void)plt_format(text, size, "%s%s%s", place, item ? "   " : "", values);
    return true;
}

void plt_draw_readout(struct plt_frame *frame, struct plt_plot *plot,
                      const struct plt_style *style)
{
    char text[TEXT];
    if (!plt_readout_text(plot, text, sizeof(text)))
        return;
    struct plt_figure *figure = plot->figure;
    const struct plt_text_size size = plt_draw_measure(figure, PLT_TICK_FONT, text);
    const int32_t pad = plt_device_px(figure, PLT_SPACE);
    const int32_t line = plt_device_px(figure, 1), wide = line > 1 ? line : 1;
    struct plt_irect box = {0, 0, size.width + 2 * pad,
                            size.ascent + size.descent + 2 * pad};
    const struct plt_irect d = plot->data;
    const int32_t x = d.x1 - 2 * pad - box.x1;
    int32_t y = d.y1 - 2 * pad - box.y1;
    // In the other corner while the pointer is in this one.
    if (figure->input.x > x - 8 * pad && figure->input.y > y - 8 * pad)
        y = d.y0 + 2 * pad;
    if (x < d.x0 || y < d.y0)
        return;
    box = (struct plt_irect){x, y, x + box.x1, y + box.y1};
    plt_push_fill(frame, style->panel, d, box);
    plt_push_outline(frame, style->panel_line, d, box, wide);
    plt_push_text(frame, figure, PLT_TICK_FONT, PLT_TEXT_LEVEL, PLT_ALIGN_START, x + pad,
                  y + pad + size.ascent, style->text, d, text);
}
