// Items for scene_fuzz.c: made, changed in every way and destroyed. Includer: scene_fuzz.c.
#pragma once

#include "scene_fuzz_data.h"

static void *fuzz_curve(struct fuzz *f, struct fuzz_plot *plot, struct plt_series *series)
{
    struct test_random *r = &f->random;
    float dash[16];
    for (int i = 0; i < 16; i++)
        dash[i] = (float)fuzz_mild(f, 0.5, 20);
    return plt_curve_create(
        plot->plot, series,
        plt_curve_params(
                .name = fuzz_text(f), .color = fuzz_color(f),
                .width_px = (float)fuzz_mild(f, 0, 8),
                .no_antialias = test_below(r, 3) == 0, .lod = (enum plt_lod)fuzz_enum(f, 2),
                .hidden = test_below(r, 9) == 0, .join = (enum plt_join)fuzz_enum(f, 3),
                .miter_limit = (float)fuzz_mild(f, 1, 9),
                .cap = (enum plt_cap)fuzz_enum(f, 3),
                .connect = (enum plt_connect)fuzz_enum(f, 4),
                .step = (enum plt_step)fuzz_enum(f, 4),
                .dash = test_below(r, 3) ? NULL : dash,
                .num_dash = (size_t)test_below(r, 17),
                .dash_offset = (float)fuzz_mild(f, -9, 9), .shadow_color = fuzz_color(f),
                .shadow_width_px = (float)fuzz_mild(f, 0, 12), .fill_color = fuzz_color(f),
                .fill_level = fuzz_value(f), .y_axis = fuzz_axis(f, plot)));
}

static void *fuzz_scatter(struct fuzz *f, struct fuzz_plot *plot, struct plt_series *series)
{
    struct test_random *r = &f->random;
    return plt_scatter_create(
        plot->plot, series,
        plt_scatter_params(.name = fuzz_text(f),
                           .symbol = (enum plt_symbol)fuzz_enum(f, 19),
                           .size_px = (float)fuzz_mild(f, 0, 12),
                           .size_in_data = test_below(r, 4) ? 0 : fuzz_value(f),
                           .color = fuzz_color(f), .outline_color = fuzz_color(f),
                           .outline_width_px = (float)fuzz_mild(f, 0, 3),
                           .hollow = test_below(r, 4) == 0, .stems = test_below(r, 4) == 0,
                           .stem_base = fuzz_value(f),
                           .stem_width_px = (float)fuzz_mild(f, 0, 3),
                           .y_axis = fuzz_axis(f, plot), .hidden = test_below(r, 9) == 0));
}

static void *fuzz_histogram(struct fuzz *f, struct fuzz_plot *plot,
                            struct plt_series *series)
{
    struct test_random *r = &f->random;
    double edges[9];
    for (int i = 0; i < 9; i++)
        edges[i] = fuzz_mild(f, i, i + 1);
    return plt_histogram_create(
        plot->plot, series,
        plt_histogram_params(.name = fuzz_text(f),
                             .bins = test_below(r, 4) ? test_below(r, 100)
                                                      : test_below(r, 1000002),
                             .range = {test_below(r, 3) ? 0 : fuzz_value(f),
                                       test_below(r, 3) ? 0 : fuzz_value(f)},
                             .edges = test_below(r, 4) ? NULL : edges,
                             .num_edges = (size_t)test_below(r, 10),
                             .density = test_below(r, 2),
                             .horizontal = test_below(r, 3) == 0, .color = fuzz_color(f),
                             .outline_color = fuzz_color(f),
                             .outline_width_px = (float)fuzz_mild(f, 0, 3),
                             .y_axis = fuzz_axis(f, plot)));
}

static void *fuzz_text_item(struct fuzz *f, struct fuzz_plot *plot)
{
    return plt_text_item_create(
        plot->plot,
        plt_text_item_params(.x = fuzz_value(f), .y = fuzz_value(f), .text = fuzz_text(f),
                             .anchor = (enum plt_anchor)fuzz_enum(f, 9),
                             .upwards = test_below(&f->random, 3) == 0,
                             .color = fuzz_color(f), .box_color = fuzz_color(f),
                             .border_color = fuzz_color(f),
                             .font_px = (float)fuzz_mild(f, 0, 30),
                             .offset_px = (float)fuzz_mild(f, -1, 9),
                             .y_axis = fuzz_axis(f, plot)));
}

static void *fuzz_image_item(struct fuzz *f, struct fuzz_plot *plot)
{
    bool placed = test_below(&f->random, 2);
    struct plt_rect place = {fuzz_value(f), fuzz_value(f), fuzz_mild(f, 1, 9),
                             fuzz_mild(f, 1, 9)};
    return plt_image_item_create(
        plot->plot, f->image,
        plt_image_item_params(.name = fuzz_text(f),
                              .levels = {0, test_below(&f->random, 2) ? 0 : fuzz_value(f)},
                              .minify = (enum plt_minify)fuzz_enum(f, 2),
                              .place = placed ? place : (struct plt_rect){0},
                              .y_axis = fuzz_axis(f, plot)));
}

// scene_fuzz_view.h
static void *fuzz_roi(struct fuzz *f, struct fuzz_plot *plot);
static void fuzz_change_roi(struct fuzz *f, struct plt_roi *roi);
static void fuzz_change_image(struct fuzz *f, struct plt_image_item *item);

static void fuzz_create_item(struct fuzz *f)
{
    struct fuzz_plot *plot = fuzz_plot(f);
    struct fuzz_series *series = fuzz_series(f);
    struct fuzz_item *item = &f->items[test_below(&f->random, MAX_ITEMS)];
    if (!plot || !series || item->p)
        return;
    enum fuzz_kind kind = (enum fuzz_kind)test_below(&f->random, NUM_KINDS);
    void *p = NULL;
    bool flat = test_below(&f->random, 3) == 0;
    double width = test_below(&f->random, 3) ? 0 : fuzz_value(f);
    switch (test_below(&f->random, 3) ? kind : CURVE) {
    case SCATTER: p = fuzz_scatter(f, plot, series->series); break;
    case BARS:
        p = plt_bars_create(plot->plot,
                            plt_bars_params(.name = fuzz_text(f), .color = fuzz_color(f),
                                            .outline_color = fuzz_color(f),
                                            .outline_width_px = (float)fuzz_mild(f, 0, 4),
                                            .horizontal = flat, .width = width,
                                            .base = fuzz_mild(f, 0, 1),
                                            .y_axis = fuzz_axis(f, plot)));
        break;
    case HISTOGRAM: p = fuzz_histogram(f, plot, series->series); break;
    case ERROR_BARS:
        p = plt_error_bars_create(
            plot->plot, series->series,
            plt_error_bars_params(.name = fuzz_text(f),
                                  .width_px = (float)fuzz_mild(f, 0, 4),
                                  .cap_px = (float)fuzz_mild(f, -2, 9),
                                  .x_error = fuzz_mild(f, 0, 2),
                                  .y_error = fuzz_mild(f, 0, 2),
                                  .y_axis = fuzz_axis(f, plot)));
        break;
    case BOX:
        p = plt_box_plot_create(
            plot->plot, plt_box_plot_params(.name = fuzz_text(f), .horizontal = flat,
                                            .width = width, .color = fuzz_color(f),
                                            .line_width_px = (float)fuzz_mild(f, 0, 4),
                                            .symbol = (enum plt_symbol)fuzz_enum(f, 19),
                                            .size_px = (float)fuzz_mild(f, 0, 9),
                                            .y_axis = fuzz_axis(f, plot)));
        break;
    case TEXT: p = fuzz_text_item(f, plot); break;
    case IMAGE: p = fuzz_image_item(f, plot); break;
    case ROI: p = fuzz_roi(f, plot); break;
    default: kind = CURVE; p = fuzz_curve(f, plot, series->series);
    }
    *item = (struct fuzz_item){kind, p ? plot->plot : NULL, p};
}

static void fuzz_destroy_item(struct fuzz *f)
{
    struct fuzz_item *item = fuzz_item(f, NUM_KINDS);
    if (!item || test_below(&f->random, 2))
        return;
    void *p = item->p;
    enum fuzz_kind kind = item->kind;
    *item = (struct fuzz_item){0};
    switch (kind) {
    case CURVE: plt_curve_destroy(p); break;
    case SCATTER: plt_scatter_destroy(p); break;
    case BARS: plt_bars_destroy(p); break;
    case HISTOGRAM: plt_histogram_destroy(p); break;
    case ERROR_BARS: plt_error_bars_destroy(p); break;
    case BOX: plt_box_plot_destroy(p); break;
    case TEXT: plt_text_item_destroy(p); break;
    case ROI: plt_roi_destroy(p); break;
    default: plt_image_item_destroy(p); break;
    }
}

static void fuzz_change_curve(struct fuzz *f, struct plt_curve *curve)
{
    struct fuzz_item *other = fuzz_item(f, CURVE);
    size_t n = fuzz_count(f);
    float dash[16];
    for (int i = 0; i < 16; i++)
        dash[i] = (float)fuzz_mild(f, 0.5, 20);
    switch (test_below(&f->random, 15)) {
    case 0: plt_curve_set_name(curve, fuzz_text(f)); break;
    case 1: plt_curve_set_color(curve, fuzz_color(f)); break;
    case 2: plt_curve_set_width(curve, (float)fuzz_mild(f, 0, 9)); break;
    case 3: plt_curve_set_antialias(curve, test_below(&f->random, 2)); break;
    case 4: plt_curve_set_lod(curve, (enum plt_lod)fuzz_enum(f, 2)); break;
    case 5:
        fuzz_fill(f, PLT_U8, n);
        plt_curve_set_connect(curve, (enum plt_connect)fuzz_enum(f, 4), f->bytes, n);
        break;
    case 6:
        fuzz_fill(f, PLT_U32, n);
        plt_curve_set_colors(curve, (const uint32_t *)(const void *)f->bytes, n);
        break;
    case 7: plt_curve_set_colors(curve, NULL, 0); break;
    case 8: plt_curve_set_step(curve, (enum plt_step)fuzz_enum(f, 4)); break;
    case 9:
        plt_curve_set_join(curve, (enum plt_join)fuzz_enum(f, 3), (float)fuzz_value(f));
        break;
    case 10: plt_curve_set_cap(curve, (enum plt_cap)fuzz_enum(f, 3)); break;
    case 11:
        plt_curve_set_dash(curve, dash, (size_t)test_below(&f->random, 18),
                           (float)fuzz_value(f));
        break;
    case 12: plt_curve_set_shadow(curve, fuzz_color(f), (float)fuzz_mild(f, 0, 20)); break;
    case 13: plt_curve_set_fill(curve, fuzz_color(f), fuzz_value(f)); break;
    default: plt_curve_set_fill_between(curve, other->p, fuzz_color(f)); break;
    }
}

static void fuzz_change_scatter(struct fuzz *f, struct plt_scatter *scatter)
{
    size_t n = fuzz_count(f);
    enum plt_type type = test_below(&f->random, 2) ? PLT_F32 : PLT_U32;
    fuzz_fill(f, type, n);
    switch (test_below(&f->random, 7)) {
    case 0: plt_scatter_set_symbol(scatter, (enum plt_symbol)fuzz_enum(f, 19)); break;
    case 1: plt_scatter_set_size(scatter, (float)fuzz_mild(f, 0, 20)); break;
    case 2: plt_scatter_set_color(scatter, fuzz_color(f)); break;
    case 3:
        plt_scatter_set_outline(scatter, fuzz_color(f), (float)fuzz_mild(f, 0, 4));
        break;
    case 4: plt_scatter_set_sizes(scatter, (const float *)(const void *)f->bytes, n); break;
    case 5:
        plt_scatter_set_colors(scatter, (const uint32_t *)(const void *)f->bytes, n);
        break;
    default:
        for (size_t i = 0; i < n; i++)
            f->bytes[i] %= 19;
        plt_scatter_set_symbols(scatter, f->bytes, n);
    }
}

static void fuzz_change_bars(struct fuzz *f, struct plt_bars *bars)
{
    size_t n = fuzz_count(f);
    fuzz_fill(f, PLT_U32, n);
    switch (test_below(&f->random, 6)) {
    case 0: plt_bars_set_widths(bars, f->y, n); break;
    case 1: plt_bars_set_bases(bars, f->y, n); break;
    case 2: plt_bars_set_colors(bars, (const uint32_t *)(const void *)f->bytes, n); break;
    default: plt_bars_set(bars, test_below(&f->random, 2) ? f->xf : NULL, f->y, n); break;
    }
}

static void fuzz_change_box(struct fuzz *f, struct plt_box_plot *boxes)
{
    struct plt_box_stats stats;
    size_t n = fuzz_count(f);
    fuzz_fill(f, PLT_F64, n);
    if (test_below(&f->random, 9) == 0)
        plt_box_plot_clear(boxes);
    plt_box_plot_add(boxes, fuzz_mild(f, 0, 9), f->y, n);
    size_t boxes_n = plt_box_plot_count(boxes);
    REQUIRE(!plt_box_plot_stats(boxes, boxes_n, &stats));
    if (boxes_n > 0 && plt_box_plot_stats(boxes, boxes_n - 1, &stats))
        REQUIRE(stats.low <= stats.high && stats.q1 <= stats.q3);
}

static void fuzz_change_item(struct fuzz *f)
{
    struct fuzz_item *item = fuzz_item(f, NUM_KINDS);
    if (!item)
        return;
    size_t n = fuzz_count(f);
    bool one = test_below(&f->random, 2);
    switch (item->kind) {
    case CURVE: fuzz_change_curve(f, item->p); break;
    case SCATTER: fuzz_change_scatter(f, item->p); break;
    case BARS: fuzz_change_bars(f, item->p); break;
    case HISTOGRAM: {
        const uint64_t *counts;
        const double *edges;
        size_t bins = plt_histogram_counts(item->p, &counts, &edges);
        for (size_t i = 0; i < bins; i++)
            REQUIRE(edges[i] < edges[i + 1] || edges[i] == edges[i + 1]);
        plt_histogram_set_visible(item->p, one);
        break;
    }
    case ERROR_BARS:
        fuzz_fill(f, PLT_F64, n);
        if (one)
            plt_error_bars_set_x(item->p, f->y, test_below(&f->random, 2) ? f->xf : NULL,
                                 n);
        else
            plt_error_bars_set_y(item->p, f->y, test_below(&f->random, 2) ? f->xf : NULL,
                                 n);
        break;
    case BOX: fuzz_change_box(f, item->p); break;
    case TEXT:
        plt_text_item_set_text(item->p, fuzz_text(f));
        plt_text_item_set_place(item->p, fuzz_value(f), fuzz_value(f));
        break;
    case ROI: fuzz_change_roi(f, item->p); break;
    default: fuzz_change_image(f, item->p);
    }
}

static void fuzz_show_item(struct fuzz *f)
{
    struct fuzz_item *item = fuzz_item(f, test_below(&f->random, 2) ? CURVE : SCATTER);
    bool visible = test_below(&f->random, 3) > 0;
    struct plt_axis *axis = fuzz_axis(f, fuzz_plot(f));
    if (!item)
        return;
    if (item->kind == CURVE) {
        plt_curve_set_visible(item->p, visible);
        plt_curve_set_y_axis(item->p, axis);
    } else {
        plt_scatter_set_visible(item->p, visible);
        plt_scatter_set_y_axis(item->p, axis);
    }
}
