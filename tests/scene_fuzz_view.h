// What stands over and beside images in the scene that scene_fuzz.c attacks: regions, color
// bars, an image viewer. Includer: scene_fuzz.c.
#pragma once

#include "scene_fuzz_items.h"

static void *fuzz_roi(struct fuzz *f, struct fuzz_plot *plot)
{
    return plt_roi_create(
        plot->plot,
        plt_roi_params(.kind = (enum plt_roi_kind)fuzz_enum(f, 2), .x0 = fuzz_value(f),
                       .y0 = fuzz_value(f), .x1 = fuzz_mild(f, 0, 30),
                       .y1 = fuzz_mild(f, 0, 30), .color = fuzz_color(f),
                       .snap = test_below(&f->random, 2) ? 0 : fuzz_mild(f, 0, 2),
                       .hidden = test_below(&f->random, 8) == 0));
}

// Bars end with their items, so none is kept here.
static void fuzz_add_bar(struct fuzz *f, struct plt_image_item *item)
{
    plt_color_bar_create(item,
                         plt_color_bar_params(.label = fuzz_text(f), .unit = fuzz_text(f),
                                              .hide_histogram = test_below(&f->random, 2),
                                              .log_counts = test_below(&f->random, 2),
                                              .read_only = test_below(&f->random, 6) == 0,
                                              .width_px = (float)fuzz_mild(f, 0, 30)));
}

static void fuzz_change_image(struct fuzz *f, struct plt_image_item *item)
{
    struct test_random *r = &f->random;
    int32_t column, row;
    switch (test_below(r, 7)) {
    case 0: plt_image_item_set_levels(item, fuzz_value(f), fuzz_value(f)); break;
    case 1:
        plt_image_item_set_channel_levels(item, (int)test_below(r, 4), fuzz_value(f),
                                          fuzz_value(f));
        break;
    case 2:
        plt_image_item_set_auto_percent(item, fuzz_mild(f, 0, 50), fuzz_mild(f, 50, 100));
        break;
    case 3:
        plt_image_item_set_orientation(
            item,
            (struct plt_orientation){test_below(r, 2), test_below(r, 2), test_below(r, 2)});
        break;
    case 4: plt_image_item_set_colormap(item, "magma"); break;
    case 5: fuzz_add_bar(f, item); break;
    default: plt_image_item_sample(item, fuzz_value(f), fuzz_value(f), &column, &row);
    }
}

static void fuzz_change_roi(struct fuzz *f, struct plt_roi *roi)
{
    double positions[50], values[50];
    uint64_t count;
    struct fuzz_item *image = fuzz_item(f, IMAGE);
    if (test_below(&f->random, 2))
        plt_roi_set(roi, fuzz_value(f), fuzz_value(f), fuzz_value(f), fuzz_value(f));
    if (!image || f->ended) // a notice may have ended it
        return;
    // The region may be gone as well: only what is still among the items is asked.
    struct fuzz_item *again = fuzz_item(f, ROI);
    if (!again)
        return;
    plt_roi_mean(again->p, image->p, 0, values, &count);
    plt_roi_profile(again->p, image->p, 0, positions, values, 50);
}

static struct plt_image *fuzz_frame(void *user, uint64_t index)
{
    struct fuzz *f = user;
    return index % 7 == 3 ? NULL : plt_image_ref(f->image);
}

static void fuzz_viewer(struct fuzz *f)
{
    struct test_random *r = &f->random;
    if (!f->viewer) {
        f->viewer = plt_image_viewer_create(
            f->figure, plt_image_viewer_params(.frame = fuzz_frame, .user = f,
                                               .num_frames = 1 + test_below(r, 50),
                                               .rate_hz = fuzz_mild(f, 0, 100),
                                               .loop = test_below(r, 2)));
        return;
    }
    struct plt_image_viewer *viewer = f->viewer;
    switch (test_below(r, 6)) {
    case 0: plt_image_viewer_set_frame(viewer, test_below(r, 60)); break;
    case 1: plt_image_viewer_play(viewer, fuzz_value(f)); break;
    case 2: plt_image_viewer_set_roi(viewer, (enum plt_viewer_roi)fuzz_enum(f, 3)); break;
    case 3: plt_figure_tick(f->figure, fuzz_value(f)); break;
    case 4: fuzz_change_image(f, plt_image_viewer_item(viewer)); break;
    default:
        if (test_below(r, 3) == 0) {
            f->viewer = NULL;
            plt_image_viewer_destroy(viewer);
        }
    }
}
