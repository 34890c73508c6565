// Channel mixing on the CPU (mix.h): a piece of each channel in turn, onto sums that stay
// in the first cache.
#include <math.h>
#include <string.h>

#include <plotlib/image/mix.h>
#include <plotlib/image/plane_kernels.h>

struct run {
    const struct plt_image_mix_job *job;
    const struct plt_image_kernels *image;
    const struct plt_stack_kernels *kernels;
    struct plt_plane planes[PLT_MIX_MOST];
    int32_t columns, rows;
    int bands;
};

void plt_image_mix_gamma(double gamma, float *table)
{
    for (int i = 0; i < PLT_MIX_GAMMA; i++)
        table[i] = (float)pow(i / (PLT_MIX_GAMMA - 1.0), gamma);
}

static void mix_piece(const struct run *run, int32_t row, int32_t column, size_t n)
{
    const struct plt_image_mix_job *job = run->job;
    const uint64_t first = (uint64_t)row * (uint64_t)run->columns + (uint64_t)column;
    float rgb[3][PLT_MIX_PIECE], values[PLT_MIX_PIECE];
    double room[PLT_MIX_PIECE];
    for (int k = 0; k < 3; k++) {
        for (size_t i = 0; i < n; i++)
            rgb[k][i] = job->offset[k];
    }
    for (int32_t c = 0; c < job->num; c++) {
        const struct plt_image_mix_channel *channel = &job->channels[c];
        const struct plt_plane *plane = &run->planes[c];
        if (channel->off)
            continue;
        run->image->load(plane->type, plt_plane_read(plane, first, n, room), 1, n, values);
        run->kernels->mix_add(channel->levels, channel->gamma, channel->color, values, n,
                              (float *const[3]){rgb[0], rgb[1], rgb[2]});
    }
    if (job->dst)
        run->kernels->mix_pack(
            (const float *const[3]){rgb[0], rgb[1], rgb[2]}, n,
            (uint32_t *)((char *)job->dst + (size_t)row * job->dst_stride) + column);
    const size_t pixels = (size_t)run->columns * (size_t)run->rows;
    for (size_t k = 0; job->sums && k < 3; k++)
        memcpy(job->sums + k * pixels + first, rgb[k], n * sizeof(rgb[k][0]));
}

static void run_band(void *user, int index)
{
    const struct run *run = user;
    const int32_t row0 = (int32_t)((int64_t)run->rows * index / run->bands);
    const int32_t row1 = (int32_t)((int64_t)run->rows * (index + 1) / run->bands);
    for (int32_t row = row0; row < row1; row++) {
        for (int32_t column = 0; column < run->columns; column += PLT_MIX_PIECE) {
            const int32_t left = run->columns - column;
            mix_piece(run, row, column,
                      (size_t)(left < PLT_MIX_PIECE ? left : PLT_MIX_PIECE));
        }
    }
}

bool plt_image_mix_run(const struct plt_image_mix_job *job, const struct plt_plane_how *how)
{
    struct run run = {.job = job};
    if (job->num < 1 || job->num > PLT_MIX_MOST)
        return false;
    run.columns = job->channels[0].src.columns;
    run.rows = job->channels[0].src.rows;
    for (int32_t c = 0; c < job->num; c++) {
        const struct plt_image_mix_channel *channel = &job->channels[c];
        if (!plt_plane_make(&run.planes[c], &channel->src, channel->channel) ||
            channel->src.columns != run.columns || channel->src.rows != run.rows)
            return false;
    }
    const struct plt_plane_how best =
        plt_plane_how_best(job->pool, run.planes[0].count * (uint64_t)job->num);
    run.image = plt_image_kernels_of(how ? how->isa : best.isa);
    run.kernels = plt_stack_kernels_of(how ? how->isa : best.isa);
    run.bands = how ? how->bands : best.bands;
    plt_pool_run(job->pool, run.bands, run_band, &run);
    return true;
}

bool plt_image_mix_cpu(const struct plt_image_mix_job *job)
{
    return plt_image_mix_run(job, NULL);
}
