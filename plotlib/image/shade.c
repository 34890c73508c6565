// Values -> entries -> colours.
#include <plotlib/image/shade.h>

static uint32_t low_byte(const struct plt_image_table *table, int32_t entry)
{
    return table->colors[entry] & 255u;
}

static bool is_identity(const struct plt_image_table *table)
{
    if (table->entries != 256)
        return false;
    for (int32_t i = 0; i < 256; i++) {
        if (low_byte(table, i) != (uint32_t)i)
            return false;
    }
    return true;
}

// What sample v of a channel puts into the word.
static uint32_t color_of(const struct plt_shade *shade, int32_t channel, float v)
{
    static const int shifts[4] = {16, 8, 0, 24};
    const struct plt_image_table *table = &shade->table;
    if (channel == 3)
        return (uint32_t)plt_levels_index(shade->levels[3], 256, v) << 24;
    const int32_t entry = plt_levels_index(shade->levels[channel], table->entries, v);
    if (shade->channels == 1)
        return table->colors[entry];
    return low_byte(table, entry) << shifts[channel];
}

static void make_byte_map(struct plt_shade *shade, enum plt_type type)
{
    shade->map.base = shade->channels == 3 ? 0xff000000u : 0;
    for (int32_t c = 0; c < shade->channels; c++) {
        for (int i = 0; i < 256; i++) {
            const float v = type == PLT_U8 ? (float)i : (float)(int8_t)i;
            shade->map.colors[c][i] = color_of(shade, c, v);
        }
    }
}

bool plt_shade_make(struct plt_shade *shade, const struct plt_image_kernels *kernels,
                    const struct plt_image_view *view, const struct plt_levels levels[4],
                    const struct plt_image_table *table)
{
    if ((view->channels != 1 && view->channels != 3 && view->channels != 4) ||
        !table->colors || table->entries < 2 || table->entries > 65536)
        return false;
    shade->kernels = kernels;
    shade->channels = view->channels;
    for (int c = 0; c < 4; c++)
        shade->levels[c] = levels[c];
    shade->table = *table;
    shade->identity = view->channels > 1 && is_identity(table);
    shade->has_map = view->type == PLT_U8 || view->type == PLT_I8;
    if (shade->has_map)
        make_byte_map(shade, view->type);
    return true;
}

static bool shade_colors(const struct plt_shade *shade, const float *const values[4],
                         size_t n, uint32_t *argb)
{
    int32_t index[4][PLT_SHADE_BLOCK];
    const int32_t *lines[4] = {index[0], index[1], index[2],
                               shade->channels == 4 ? index[3] : NULL};
    bool all = true;
    for (int32_t c = 0; c < shade->channels; c++)
        all &= shade->kernels->index(shade->levels[c], c == 3 ? 256 : shade->table.entries,
                                     values[c], n, index[c]);
    shade->kernels->compose(lines, n, shade->table.colors, shade->identity, argb);
    return all && shade->channels == 3;
}

bool plt_shade_values(const struct plt_shade *shade, const float *const values[4], size_t n,
                      uint32_t *argb)
{
    if (shade->channels > 1)
        return shade_colors(shade, values, n, argb);
    int32_t index[PLT_SHADE_BLOCK];
    const bool all =
        shade->kernels->index(shade->levels[0], shade->table.entries, values[0], n, index);
    shade->kernels->paint(index, n, all, shade->table.colors, argb);
    return all && shade->table.opaque;
}
