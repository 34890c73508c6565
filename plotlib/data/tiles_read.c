// Samples of a mapped image's file, where they lie: data, holes and what cannot be read
// (tiles.h).
#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include <plotlib/base/half.h>
#include <plotlib/data/tiles.h>

// What is known of holes is extended by the stretch that holds byte `at`.
static void find_stretch(struct plt_fold *fold, uint64_t at)
{
#if defined(SEEK_DATA) && defined(SEEK_HOLE)
    const int fd = fold->tiles->fd;
    const off_t data = lseek(fd, (off_t)at, SEEK_DATA);
    if (data > (off_t)at || (data < 0 && errno == ENXIO)) {
        const off_t end = data < 0 ? lseek(fd, 0, SEEK_END) : data;
        fold->hole_begin = at;
        fold->hole_end = end > (off_t)at ? (uint64_t)end : at;
        if (end > (off_t)at)
            return;
    }
    const off_t hole = data < 0 ? -1 : lseek(fd, (off_t)at, SEEK_HOLE);
    fold->data_begin = at;
    fold->data_end = hole > (off_t)at ? (uint64_t)hole : UINT64_MAX;
#else
    fold->data_begin = at;
    fold->data_end = UINT64_MAX;
#endif
}

bool plt_fold_hole(struct plt_fold *fold, uint64_t begin, uint64_t end)
{
    const bool known = (begin >= fold->data_begin && begin < fold->data_end) ||
                       (begin >= fold->hole_begin && begin < fold->hole_end);
    if (!known)
        find_stretch(fold, begin);
    return begin >= fold->hole_begin && end <= fold->hole_end;
}

uint64_t plt_tiles_position(const struct plt_tiles *tiles, int32_t y, int32_t column)
{
    return tiles->offset + (uint64_t)y * tiles->row_stride +
           (uint64_t)column * tiles->pixel;
}

static size_t read_bytes(int fd, uint64_t at, char *bytes, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t got = pread(fd, bytes + done, n - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

// What stands for samples that cannot be read.
static void fill_unknown(const struct plt_tiles *tiles, void *samples, size_t n)
{
    const enum plt_type type = tiles->type;
    memset(samples, 0, n * tiles->size);
    for (size_t i = 0; i < n && plt_tiles_are_real(tiles); i++) {
        if (type == PLT_F64)
            ((double *)samples)[i] = NAN;
        else if (type == PLT_F32)
            ((float *)samples)[i] = NAN;
        else
            ((uint16_t *)samples)[i] = 0x7e00;
    }
}

static void widen_f16(union plt_extent *extent, const uint16_t *samples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float v = plt_half_to_float(samples[i]);
        if (!isfinite(v))
            continue;
        extent->f32[0] = fminf(extent->f32[0], v);
        extent->f32[1] = fmaxf(extent->f32[1], v);
    }
}

void plt_fold_widen(struct plt_fold *fold, const char *samples, size_t n)
{
    if (fold->tiles->type == PLT_F16)
        widen_f16(&fold->extent, (const uint16_t *)samples, n);
    else
        plt_minmax_best(fold->tiles->type)->scan(samples, n, &fold->extent);
}

void plt_fold_read(struct plt_fold *fold, int32_t y, int32_t c0, int32_t c1, char *samples)
{
    const struct plt_tiles *tiles = fold->tiles;
    const uint64_t at = plt_tiles_position(tiles, y, c0);
    const size_t bytes = (size_t)(c1 - c0) * tiles->pixel;
    size_t got = bytes;
    if (plt_fold_hole(fold, at, at + bytes))
        memset(samples, 0, bytes);
    else
        got = read_bytes(tiles->fd, at, samples, bytes);
    if (got < bytes) {
        const size_t whole = got / tiles->size;
        fill_unknown(tiles, samples + whole * tiles->size, bytes / tiles->size - whole);
        fold->unreadable = fold->unreadable < 0 ? y : fold->unreadable;
    }
    if (fold->wants_extent)
        plt_fold_widen(fold, samples, bytes / tiles->size);
}

void plt_fold_begin(struct plt_fold *fold)
{
    fold->data_begin = fold->data_end = fold->hole_begin = fold->hole_end = 0;
    fold->unreadable = -1;
}
