// kissfft takes any length, but is fast only for factors 2, 3 and 5, and real input must be
// even: even fast lengths go to kiss_fftr, odd ones to kiss_fft, all others become a
// convolution of a fast length (Bluestein 1970), and a few samples are summed directly.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include <kiss_fft.h>
#include <kiss_fftr.h>

#include <plotlib/base/alloc.h>
#include <plotlib/data/fft.h>

static const double PI = 3.14159265358979323846;

struct plt_fft {
    size_t n, padded;       // padded: length of the convolution
    kiss_fftr_cfg real;     // one of: even and fast
    kiss_fft_cfg forward;   // odd and fast, or the convolution's
    kiss_fft_cfg back;      // the convolution's
    kiss_fft_scalar *y;     // [n]
    kiss_fft_cpx *in, *out; // [n] or [padded]
    kiss_fft_cpx *chirp;    // [padded] transformed
    double *turn;           // [n] pairs: e^(i pi j^2 / n), or [n] e^(2 pi i j / n)
};

static bool is_fast(size_t n)
{
    for (size_t p = 2; p <= 5; p++) {
        while (n % p == 0)
            n /= p;
    }
    return n == 1;
}

static kiss_fft_cfg alloc_complex(size_t n, bool inverse)
{
    size_t size = 0;
    kiss_fft_alloc((int)n, inverse, NULL, &size);
    void *memory = plt_malloc(size);
    return memory ? kiss_fft_alloc((int)n, inverse, memory, &size) : NULL;
}

static kiss_fftr_cfg alloc_real(size_t n)
{
    size_t size = 0;
    kiss_fftr_alloc((int)n, 0, NULL, &size);
    void *memory = plt_malloc(size);
    return memory ? kiss_fftr_alloc((int)n, 0, memory, &size) : NULL;
}

static bool create_real(struct plt_fft *fft)
{
    fft->y = plt_malloc(fft->n * sizeof(*fft->y));
    fft->out = plt_malloc((fft->n / 2 + 1) * sizeof(*fft->out));
    fft->real = alloc_real(fft->n);
    return fft->y && fft->out && fft->real;
}

static bool create_complex(struct plt_fft *fft, size_t n)
{
    fft->in = plt_calloc(n, sizeof(*fft->in));
    fft->out = plt_malloc(n * sizeof(*fft->out));
    fft->forward = alloc_complex(n, false);
    return fft->in && fft->out && fft->forward;
}

// pairs[j] = e^(i pi step(j) / n), the multiple reduced while it is an integer.
static bool create_turns(struct plt_fft *fft, bool squares)
{
    fft->turn = plt_malloc(2 * fft->n * sizeof(*fft->turn));
    if (!fft->turn)
        return false;
    for (uint64_t j = 0; j < fft->n; j++) {
        double angle =
            PI * (double)((squares ? j * j : 2 * j) % (2 * fft->n)) / (double)fft->n;
        fft->turn[2 * j] = cos(angle);
        fft->turn[2 * j + 1] = sin(angle);
    }
    return true;
}

static bool create_convolution(struct plt_fft *fft)
{
    const size_t n = fft->n;
    const size_t padded = (size_t)kiss_fft_next_fast_size((int)(2 * n - 1));
    fft->padded = padded;
    fft->chirp = plt_calloc(padded, sizeof(*fft->chirp));
    fft->back = alloc_complex(padded, true);
    if (!fft->chirp || !fft->back || !create_complex(fft, padded) ||
        !create_turns(fft, true))
        return false;
    for (size_t j = 0; j < n; j++) {
        kiss_fft_cpx c = {(kiss_fft_scalar)fft->turn[2 * j],
                          (kiss_fft_scalar)fft->turn[2 * j + 1]};
        fft->in[j] = c;
        fft->in[j > 0 ? padded - j : 0] = c;
    }
    kiss_fft(fft->forward, fft->in, fft->chirp);
    for (size_t j = 0; j < padded; j++)
        fft->in[j] = (kiss_fft_cpx){0, 0};
    return true;
}

struct plt_fft *plt_fft_create(size_t n)
{
    struct plt_fft *fft = plt_calloc(1, sizeof(*fft));
    if (!fft)
        return NULL;
    fft->n = n;
    bool ok = n < PLT_FFT_DIRECT ? create_turns(fft, false)
              : !is_fast(n)      ? create_convolution(fft)
              : n % 2 == 0       ? create_real(fft)
                                 : create_complex(fft, n);
    if (ok)
        return fft;
    plt_fft_destroy(fft);
    return NULL;
}

void plt_fft_destroy(struct plt_fft *fft)
{
    if (!fft)
        return;
    plt_free(fft->real);
    plt_free(fft->forward);
    plt_free(fft->back);
    plt_free(fft->y);
    plt_free(fft->in);
    plt_free(fft->out);
    plt_free(fft->chirp);
    plt_free(fft->turn);
    plt_free(fft);
}

static void run_direct(const struct plt_fft *fft, const double *y, double *bins)
{
    for (size_t k = 0; k <= fft->n / 2; k++) {
        double re = 0, im = 0;
        for (size_t j = 0; j < fft->n; j++) {
            const double *turn = fft->turn + 2 * (j * k % fft->n);
            re += y[j] * turn[0];
            im -= y[j] * turn[1];
        }
        bins[2 * k] = re;
        bins[2 * k + 1] = im;
    }
}

static void run_convolution(struct plt_fft *fft, const double *y, double *bins)
{
    const size_t n = fft->n;
    const double *turn = fft->turn;
    for (size_t j = 0; j < n; j++) {
        fft->in[j].r = (kiss_fft_scalar)(y[j] * turn[2 * j]);
        fft->in[j].i = (kiss_fft_scalar)(-y[j] * turn[2 * j + 1]);
    }
    for (size_t j = n; j < fft->padded; j++)
        fft->in[j] = (kiss_fft_cpx){0, 0};
    kiss_fft(fft->forward, fft->in, fft->out);
    for (size_t j = 0; j < fft->padded; j++) {
        double re = fft->out[j].r, im = fft->out[j].i;
        double chirp_re = fft->chirp[j].r, chirp_im = fft->chirp[j].i;
        fft->in[j].r = (kiss_fft_scalar)(re * chirp_re - im * chirp_im);
        fft->in[j].i = (kiss_fft_scalar)(re * chirp_im + im * chirp_re);
    }
    kiss_fft(fft->back, fft->in, fft->out);
    for (size_t k = 0; k <= n / 2; k++) {
        double re = fft->out[k].r / (double)fft->padded;
        double im = fft->out[k].i / (double)fft->padded;
        bins[2 * k] = re * turn[2 * k] + im * turn[2 * k + 1];
        bins[2 * k + 1] = im * turn[2 * k] - re * turn[2 * k + 1];
    }
}

void plt_fft_run(struct plt_fft *fft, const double *y, double *bins)
{
    const size_t n = fft->n;
    if (n < PLT_FFT_DIRECT) {
        run_direct(fft, y, bins);
        return;
    }
    if (fft->padded) {
        run_convolution(fft, y, bins);
        return;
    }
    if (fft->real) {
        for (size_t j = 0; j < n; j++)
            fft->y[j] = (kiss_fft_scalar)y[j];
        kiss_fftr(fft->real, fft->y, fft->out);
    } else {
        for (size_t j = 0; j < n; j++)
            fft->in[j] = (kiss_fft_cpx){(kiss_fft_scalar)y[j], 0};
        kiss_fft(fft->forward, fft->in, fft->out);
    }
    for (size_t k = 0; k <= n / 2; k++) {
        bins[2 * k] = fft->out[k].r;
        bins[2 * k + 1] = fft->out[k].i;
    }
}
