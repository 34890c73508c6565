// An image turned, flipped and transposed is the picture of an image whose samples were
// exchanged, to the byte, in any view and for any type and number of channels.
#include <plotlib/plotlib.h>
#include <plotlib/raster.h>

#include "test.h"

enum { MOST = 37, WIDTH = 211, HEIGHT = 173 };

struct picture {
    uint32_t pixels[WIDTH * HEIGHT];
};

static void paint(struct picture *picture, struct plt_image *image,
                  struct plt_orientation orientation, struct plt_rect place, bool y_down,
                  const double view[4])
{
    struct plt_figure *figure = plt_figure_create(plt_figure_params(.bare = true));
    struct plt_plot *plot = plt_figure_add_plot(figure, plt_plot_params(.y_down = y_down));
    REQUIRE(plt_image_item_create(
        plot, image, plt_image_item_params(.orientation = orientation, .place = place)));
    plt_plot_set_x_range(plot, view[0], view[1]);
    plt_plot_set_y_range(plot, view[2], view[3]);
    struct plt_raster *raster = plt_raster_create(NULL);
    memset(picture, 0, sizeof(*picture));
    REQUIRE(plt_raster_paint(raster, figure, picture->pixels, WIDTH * 4, WIDTH, HEIGHT, 1,
                             NULL));
    plt_raster_destroy(raster);
    plt_figure_destroy(figure);
}

// Where sample (c, r) of the exchanged image comes from.
static void source_of(struct plt_orientation o, int columns, int rows, int *c, int *r)
{
    const int w = o.transpose ? rows : columns, h = o.transpose ? columns : rows;
    *c = o.flip_x ? w - 1 - *c : *c;
    *r = o.flip_y ? h - 1 - *r : *r;
    if (o.transpose) {
        const int swap = *c;
        *c = *r;
        *r = swap;
    }
}

static void test_exchange(struct test_random *random)
{
    static uint16_t samples[MOST * MOST * 4], turned[MOST * MOST * 4];
    static struct picture a, b;
    const int columns = 1 + (int)test_below(random, MOST);
    const int rows = 1 + (int)test_below(random, MOST);
    const int channels = (int[]){1, 3, 4}[test_below(random, 3)];
    const struct plt_orientation o = {test_below(random, 2), test_below(random, 2),
                                      test_below(random, 2)};
    for (int i = 0; i < columns * rows * channels; i++)
        samples[i] = (uint16_t)test_below(random, 65536);
    const int w = o.transpose ? rows : columns, h = o.transpose ? columns : rows;
    for (int r = 0; r < h; r++) {
        for (int c = 0; c < w; c++) {
            int from_c = c, from_r = r;
            source_of(o, columns, rows, &from_c, &from_r);
            memcpy(&turned[(r * w + c) * channels],
                   &samples[(from_r * columns + from_c) * channels],
                   sizeof(uint16_t) * (size_t)channels);
        }
    }
    struct plt_image *image =
        plt_image_create(samples, plt_image_params(.type = PLT_U16, .columns = columns,
                                                   .rows = rows, .channels = channels));
    struct plt_image *other =
        plt_image_create(turned, plt_image_params(.type = PLT_U16, .columns = w, .rows = h,
                                                  .channels = channels));
    const bool y_down = test_below(random, 2), placed = test_below(random, 2);
    struct plt_rect place = {0};
    if (placed)
        place = (struct plt_rect){3, -2, 10, 7};
    // Whole numbers often: samples' edges on pixels' centers.
    const bool whole = test_below(random, 2);
    double view[4] = {test_uniform(random) * -5, w + test_uniform(random) * 90,
                      test_uniform(random) * -5, h + test_uniform(random) * 90};
    for (int i = 0; i < 4 && whole; i++)
        view[i] = i % 2 ? (i == 1 ? WIDTH : HEIGHT) / (double)(1 + i) : 0;
    paint(&a, image, o, place, y_down, view);
    paint(&b, other, (struct plt_orientation){0}, place, y_down, view);
    if (memcmp(&a, &b, sizeof(a)) != 0) {
        fprintf(stderr, "%d x %d x %d, transpose %d, flip %d %d differs\n", columns, rows,
                channels, o.transpose, o.flip_x, o.flip_y);
        test_failures++;
    }
    plt_image_unref(image);
    plt_image_unref(other);
}

// Four quarters are none, and one is clockwise on the screen.
static void test_turns(void)
{
    static const uint8_t samples[6] = {0, 1, 2, 3, 4, 5}; // rows of 3
    static const int quarter[6] = {3, 0, 4, 1, 5, 2};     // rows of 2
    struct plt_orientation o = plt_orientation_turn((struct plt_orientation){0}, 1);
    for (int i = 0; i < 6; i++) {
        int c = i % 2, r = i / 2;
        source_of(o, 3, 2, &c, &r);
        REQUIRE_CMP((int)samples[r * 3 + c], ==, quarter[i], "d");
    }
    for (int i = 0; i < 8; i++) {
        const struct plt_orientation from = {i & 1, i & 2, i & 4};
        struct plt_orientation to = plt_orientation_turn(from, 4);
        REQUIRE(memcmp(&from, &to, sizeof(to)) == 0);
        to = plt_orientation_turn(plt_orientation_turn(from, 3), -3);
        REQUIRE(memcmp(&from, &to, sizeof(to)) == 0);
    }
}

// What is under a point is what is drawn there.
static void test_sample(struct test_random *random)
{
    struct plt_image *image =
        plt_image_create(NULL, plt_image_params(.type = PLT_U8, .columns = 7, .rows = 4));
    struct plt_figure *figure = plt_figure_create(NULL);
    struct plt_plot *plot = plt_figure_add_plot(figure, NULL);
    for (int i = 0; i < 8; i++) {
        const struct plt_orientation o = {i & 1, i & 2, i & 4};
        struct plt_image_item *item =
            plt_image_item_create(plot, image, plt_image_item_params(.orientation = o));
        const int w = o.transpose ? 4 : 7, h = o.transpose ? 7 : 4;
        for (int k = 0; k < 50; k++) {
            const double x = test_uniform(random) * 10 - 1,
                         y = test_uniform(random) * 10 - 1;
            int c = (int)floor(x), r = (int)floor(y), column, row;
            const bool over = c >= 0 && c < w && r >= 0 && r < h;
            REQUIRE(plt_image_item_sample(item, x, y, &column, &row) == over);
            if (!over)
                continue;
            source_of(o, 7, 4, &c, &r);
            REQUIRE(c == column && r == row);
        }
        plt_image_item_destroy(item);
    }
    plt_figure_destroy(figure);
    plt_image_unref(image);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    for (int i = 0; i < 200; i++)
        test_exchange(&random);
    test_turns();
    test_sample(&random);
    return test_result();
}
