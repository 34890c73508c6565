// Images to words without a window, and the levels that items share with it.
#include <math.h>

#include <plotlib/base/message.h>
#include <plotlib/image/argb.h>
#include <plotlib/image/module.h>
#include <plotlib/image_item.h>

static bool is_given(struct plt_range levels)
{
    return levels.x0 != 0 || levels.x1 != 0;
}

void plt_image_find_ranges(const struct plt_image *image, struct plt_range levels,
                           const struct plt_range channel_levels[3],
                           struct plt_range ranges[4])
{
    const struct plt_range whole = plt_levels_of_type(plt_image_type(image));
    const bool single = plt_image_channels(image) == 1;
    if (!is_given(levels)) {
        levels = single ? (struct plt_range){0, 1} : whole;
        if (single)
            plt_image_bounds(image, &levels);
    }
    for (int c = 0; c < 3; c++)
        ranges[c] = !single && is_given(channel_levels[c]) ? channel_levels[c] : levels;
    ranges[3] = whole;
}

void plt_image_find_levels(const struct plt_image *image, struct plt_range levels,
                           const struct plt_range channel_levels[3],
                           const struct plt_image_table *table,
                           struct plt_levels resolved[4])
{
    struct plt_range ranges[4];
    plt_image_find_ranges(image, levels, channel_levels, ranges);
    for (int c = 0; c < 4; c++)
        resolved[c] =
            plt_levels_make(ranges[c].x0, ranges[c].x1, c == 3 ? 256 : table->entries);
}

// The table of what was asked for; the caller's reference. NULL after one log line.
static struct plt_colormap *take_map(const struct plt_image *image,
                                     const struct plt_image_argb_params *p)
{
    const char *name = p->colormap ? p->colormap : "viridis";
    struct plt_colormap *map = plt_image_channels(image) > 1
                                   ? plt_colormap_find("grey", NULL)
                               : p->map ? plt_colormap_ref(p->map)
                                        : plt_colormap_find(name, NULL);
    if (!map)
        return NULL;
    struct plt_colormap *folded =
        plt_colormap_fold(map, p->gamma == 0 ? 1 : p->gamma, NULL);
    plt_colormap_unref(map);
    return folded;
}

static bool valid_params(const struct plt_image_argb_params *p)
{
    bool ok = isfinite(p->levels.x0) && isfinite(p->levels.x1) && isfinite(p->gamma) &&
              p->gamma >= 0;
    for (int c = 0; c < 3; c++)
        ok &= isfinite(p->channel_levels[c].x0) && isfinite(p->channel_levels[c].x1);
    return ok;
}

bool plt_image_to_argb(const struct plt_image *image,
                       const struct plt_image_argb_params *params, uint32_t *argb,
                       size_t stride)
{
    enum { WORTH_THREADS = 1 << 20 }; // pixels: what starting threads takes is nothing then
    const struct plt_image_argb_params p =
        params ? *params : (struct plt_image_argb_params){0};
    plt_require(NULL, image != NULL && argb != NULL, false);
    plt_require(NULL, !plt_image_tiles(image), false); // it has no pixels of its own
    struct plt_image_colors job = {.src = plt_image_look(image)};
    const int32_t channels = job.src.channels;
    plt_require(NULL, channels == 1 || channels == 3 || channels == 4, false);
    plt_require(NULL, stride % 4 == 0 && stride / 4 >= (size_t)job.src.columns, false);
    plt_require(NULL, valid_params(&p), false);
    struct plt_colormap *map = take_map(image, &p);
    if (!map)
        return false;
    job.table = *plt_colormap_table(map);
    plt_image_find_levels(image, p.levels, p.channel_levels, &job.table, job.levels);
    if (p.threads != 1 && (int64_t)job.src.columns * job.src.rows >= WORTH_THREADS)
        job.pool = plt_pool_create(p.threads > 0 ? p.threads : 0);
    const struct plt_image_engine *engine =
        job.src.device ? plt_image_engine_find(NULL) : &plt_image_engine_cpu;
    const bool done = engine->colors(&job, argb, stride);
    plt_pool_destroy(job.pool);
    plt_colormap_unref(map);
    return done;
}
