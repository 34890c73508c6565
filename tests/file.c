// Text and npy files: what is written is read back, what is malformed is refused with
// exactly one line, and nothing that a file may hold makes a reader crash.
#include <plotlib/data/image.h>
#include <plotlib/data/series.h>

#include "file_fixture.h"

static void refuse_text(const char *text, const char *what)
{
    write_bytes("bad.csv", text, strlen(text));
    refuse("bad.csv", what);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

// x and y of one sample; x as double.
static double y_at(struct plt_series *series, uint64_t i)
{
    struct plt_series_pin pin;
    double y = NAN;
    if (plt_series_pin(series, &pin)) {
        y = i < pin.head ? plt_pin_y(&pin, i) : NAN;
        plt_series_unpin(&pin);
    }
    return y;
}

static double x_at(struct plt_series *series, uint64_t i)
{
    struct plt_series_pin pin;
    double x = NAN;
    if (plt_series_pin(series, &pin)) {
        x = pin.x_kind == PLT_X_F64 ? plt_pin_x_f64(&pin, i) : pin.x0 + pin.dx * (double)i;
        plt_series_unpin(&pin);
    }
    return x;
}

// --- text --------------------------------------------------------------------------------

struct text_case {
    const char *text;
    int series;
    uint64_t rows;
    const char *x_name; // NULL = no x column
    const char *names;  // of the series, joined by '|'; NULL = not checked
    uint64_t gaps;      // num_gaps
    int warnings;
    double x1, y1, last_y; // row 1 of the first series, last row of the last
};

#define NO_NUMBER NAN
static const struct text_case text_cases[] = {
    {"1\n2\n3\n", 1, 3, NULL, "good", 0, 0, 1, 2, 3},
    {"1\n2\n3", 1, 3, NULL, NULL, 0, 0, 1, 2, 3},
    {"t,a,b\n0,1,2\n1,3,4\n", 2, 2, "t", "a|b", 0, 0, 1, 3, 4},
    {"\xef\xbb\xbft;a\r\n0;1\r\n5;3\r\n", 1, 2, "t", "a", 0, 0, 5, 3, 3},
    {"# comment\n\n0\t1\n# other\n0.5\t2\n\n", 1, 2, "", NULL, 0, 0, 0.5, 2, 2},
    {"0 1\n1  2\n  2 3 \n", 1, 3, "", NULL, 0, 0, 1, 2, 3},
    {"1,5\n0,6\n", 2, 2, NULL, "column 1|column 2", 0, 0, 1, 0, 6},
    {"1,5\n1,6\n", 2, 2, NULL, NULL, 0, 0, 1, 1, 6},
    {"1,5\ninf,6\n", 2, 2, NULL, NULL, 1, 1, 1, NO_NUMBER, 6},
    {"0,1\n1,text\n2,3\n", 1, 3, "", NULL, 1, 1, 1, NO_NUMBER, 3},
    {"0,1\n1\n2,3\n", 1, 3, "", NULL, 1, 1, 1, NO_NUMBER, 3},
    {"0,1\n1,\n2,3\n", 1, 3, "", NULL, 1, 1, 1, NO_NUMBER, 3},
    {"0,1\n1,-inf\n2,nan\n", 1, 3, "", NULL, 2, 1, 1, NO_NUMBER, NO_NUMBER},
    {"0,1\n1,2,7\n2,3\n", 1, 3, "", NULL, 0, 1, 1, 2, 3},
    {"\"t, s\",\"a b\"\n0,1\n1,2\n", 1, 2, "t, s", "a b", 0, 0, 1, 2, 2},
    {"\"t\",\"a \"\"b\"\"\",\"\"\n0,1,3\n1,2,4\n", 2, 2, "t", "a \"b\"|column 3", 0, 0, 1,
     2, 4},
    {",0,1\n0,5,6\n1,7,8\n", 2, 2, "", "0|1", 0, 0, 1, 7, 8},
    {"a b\nr1 1 2\nr2 3 4\n", 3, 2, NULL, "column 1|a|b", 2, 1, 1, NO_NUMBER, 4},
    {"1e3\n-2.5E-3\n+.5\n", 1, 3, NULL, NULL, 0, 0, 1, -2.5e-3, 0.5},
    {"1;2,5\n2;3,5\n", 1, 2, "", NULL, 2, -1, 0, 0, 0},
};

static void check_text_case(const struct text_case *c)
{
    write_bytes("good.csv", c->text, strlen(c->text));
    struct plt_file *file = read_file("good.csv");
    if (c->warnings < 0) { // decimal commas: no number is left in a curve, x has some
        REQUIRE(file && num_warnings == 1);
        plt_file_destroy(file);
        return;
    }
    int before = test_failures;
    REQUIRE(file && num_errors == 0);
    if (!file)
        return;
    REQUIRE_CMP(num_warnings, ==, c->warnings, "d");
    REQUIRE_CMP(plt_file_num_series(file), ==, c->series, "d");
    REQUIRE_CMP(plt_file_num_gaps(file), ==, c->gaps, PRIu64);
    REQUIRE_CMP(plt_file_num_values(file), ==, c->rows * (uint64_t)c->series, PRIu64);
    REQUIRE_STR(plt_file_x_name(file), c->x_name ? c->x_name : "");
    char names[256] = "";
    for (int i = 0; i < plt_file_num_series(file); i++) {
        struct plt_series *series = plt_file_series(file, i);
        REQUIRE_CMP(plt_series_count(series), ==, c->rows, PRIu64);
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", i ? "|" : "",
                 plt_series_name(series));
    }
    if (c->names)
        REQUIRE_STR(names, c->names);
    struct plt_series *first = plt_file_series(file, 0);
    struct plt_series *last = plt_file_series(file, c->series - 1);
    REQUIRE(same(x_at(first, 1), c->x1));
    REQUIRE(same(y_at(first, 1), c->y1));
    REQUIRE(same(y_at(last, c->rows - 1), c->last_y));
    if (test_failures > before)
        fprintf(stderr, "in: %s\n%s\n", c->text, last_text);
    plt_file_destroy(file);
}

static void check_text(void)
{
    for (size_t i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]); i++)
        check_text_case(&text_cases[i]);
    const char *ragged = "t,a,b\n0,1,2\n1,x,2\n2,3\n3,,\n";
    write_bytes("data.csv", ragged, strlen(ragged));
    struct plt_file *file = read_file("data.csv");
    REQUIRE(strstr(last_text,
                   "data.csv: 4 values in 3 rows are not numbers (first: line 3); "
                   "drawn as gaps"));
    plt_file_destroy(file);

    const char *plain = "0,1\n1,2\n";
    write_bytes("plain.csv", plain, strlen(plain));
    file = plt_file_read(path_of("plain.csv"),
                         plt_file_params(.log = log_, .no_x_column = true, .rate_hz = 4));
    REQUIRE_CMP(plt_file_num_series(file), ==, 2, "d");
    REQUIRE(x_at(plt_file_series(file, 1), 1) == 0.25);
    struct plt_series *kept = plt_series_ref(plt_file_series(file, 1));
    plt_file_destroy(file);
    REQUIRE(y_at(kept, 1) == 2);
    plt_series_unref(kept);

    // Seconds with nine decimals: as doubles all three would be the same.
    const char *times = "t,v\n1700000000.000000001,1\n1700000000.000000002,2\n"
                        "1700000000.000000004,3\n";
    write_bytes("times.csv", times, strlen(times));
    file =
        plt_file_read(path_of("times.csv"), plt_file_params(.log = log_, .x_unit_ns = 1e9));
    REQUIRE(file && plt_file_num_series(file) == 1);
    struct plt_series_pin pin;
    REQUIRE(plt_series_pin(plt_file_series(file, 0), &pin) && pin.x_kind == PLT_X_I64);
    REQUIRE(plt_pin_x_i64(&pin, 2) == INT64_C(1700000000000000004));
    plt_series_unpin(&pin);
    plt_file_destroy(file);
    REQUIRE(
        !plt_file_read(path_of("times.csv"), plt_file_params(.log = log_, .x_unit_ns = 2)));
    REQUIRE(
        !plt_file_read(path_of("times.csv"), plt_file_params(.log = log_, .x_unit_ns = 1)));
    REQUIRE(strstr(last_text, "line 3: x does not increase"));

    refuse_text("", "empty");
    refuse_text("\n\n", "no row");
    refuse_text("# only\n", "no row");
    refuse_text("a,b,c\n", "line 1");
    refuse_text("a,b,c\nd,e,f\n", "no numbers");
    refuse_text("a;b\n0,1;1,05\n0,2;20,0\n", "decimal commas");
    refuse_text("hello\n", "line 1");
    refuse_text("\x01\x02\x03", "byte 0 is 0x01");
    write_bytes("bad.csv", "1,2\n\0\0", 6);
    refuse("bad.csv", "byte 4 is 0x00");
    write_bytes("bad.csv",
                "\xff\xfe"
                "1\0\n\0",
                6);
    refuse("bad.csv", "byte 3 is 0x00");
}

// Every double that is printed comes back, through a file larger than one read step.
static void check_round_trip(struct test_random *random)
{
    enum { ROWS = 50000 };
    double *values = malloc(ROWS * 2 * sizeof(*values));
    FILE *out = fopen(path_of("many.csv"), "w");
    fprintf(out, "time,first,second\n");
    for (int i = 0; i < ROWS; i++) {
        values[2 * i] =
            (test_uniform(random) - 0.5) * pow(10, (double)test_below(random, 30));
        values[2 * i + 1] = (double)test_below(random, 1000) / 10;
        fprintf(out, "%d,%.17g,%g\n", i, values[2 * i], values[2 * i + 1]);
    }
    fclose(out);
    struct plt_file *file = read_file("many.csv");
    REQUIRE(file && plt_file_num_series(file) == 2);
    struct plt_series_pin pin;
    for (int s = 0; file && s < 2; s++) {
        REQUIRE(plt_series_pin(plt_file_series(file, s), &pin));
        int wrong = 0;
        for (int i = 0; i < ROWS; i++)
            wrong += plt_pin_y(&pin, (uint64_t)i) != values[2 * i + s];
        REQUIRE_CMP(wrong, ==, 0, "d");
        plt_series_unpin(&pin);
    }
    plt_file_destroy(file);
    free(values);
}

// --- npy ---------------------------------------------------------------------------------

static const struct {
    const char *descr;
    enum plt_type type;
} dtypes[] = {
    {"|b1", PLT_U8},  {"|u1", PLT_U8},  {"|i1", PLT_I8},  {"<u2", PLT_U16},
    {"<i2", PLT_I16}, {"<u4", PLT_U32}, {"<i4", PLT_I32}, {"<i8", PLT_I64},
    {"<f4", PLT_F32}, {"<f8", PLT_F64},
};

static size_t npy_header(unsigned char *bytes, int version, const char *dictionary)
{
    size_t start = version == 1 ? 10 : 12;
    size_t length = strlen(dictionary) + 1, total = (start + length + 63) / 64 * 64;
    memcpy(bytes, "\x93NUMPY", 6);
    bytes[6] = (unsigned char)version;
    bytes[7] = 0;
    memset(bytes + 8, 0, 4);
    bytes[8] = (unsigned char)(total - start);
    bytes[9] = (unsigned char)((total - start) >> 8);
    memset(bytes + start, ' ', total - start);
    memcpy(bytes + start, dictionary, length - 1);
    bytes[total - 1] = '\n';
    return total;
}

static void store(void *to, enum plt_type type, double v)
{
    switch (type) {
    case PLT_F64: memcpy(to, &v, 8); break;
    case PLT_F32: memcpy(to, &(float){(float)v}, 4); break;
    case PLT_I8: memcpy(to, &(int8_t){(int8_t)v}, 1); break;
    case PLT_U8: memcpy(to, &(uint8_t){(uint8_t)v}, 1); break;
    case PLT_I16: memcpy(to, &(int16_t){(int16_t)v}, 2); break;
    case PLT_U16: memcpy(to, &(uint16_t){(uint16_t)v}, 2); break;
    case PLT_I32: memcpy(to, &(int32_t){(int32_t)v}, 4); break;
    case PLT_U32: memcpy(to, &(uint32_t){(uint32_t)v}, 4); break;
    case PLT_I64: memcpy(to, &(int64_t){(int64_t)v}, 8); break;
    case PLT_F16: break; // images only
    }
}

static double npy_value(int r, int c, int k)
{
    return (r * 7 + c * 3 + k) % 100;
}

static void write_npy(const char *name, int dtype, int version, bool fortran, int rows,
                      int columns, int channels)
{
    static unsigned char bytes[1 << 16];
    char shape[64], text[256];
    if (columns == 0)
        snprintf(shape, sizeof(shape), "(%d,)", rows);
    else if (channels == 0)
        snprintf(shape, sizeof(shape), "(%d, %d)", rows, columns);
    else
        snprintf(shape, sizeof(shape), "(%d, %d, %d)", rows, columns, channels);
    snprintf(text, sizeof(text), "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }",
             dtypes[dtype].descr, fortran ? "True" : "False", shape);
    size_t at = npy_header(bytes, version, text), size = plt_type_size(dtypes[dtype].type);
    int C = columns ? columns : 1, K = channels ? channels : 1;
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < C; c++) {
            for (int k = 0; k < K; k++) {
                int i = fortran ? r + rows * (c + C * k) : (r * C + c) * K + k;
                store(bytes + at + (size_t)i * size, dtypes[dtype].type,
                      npy_value(r, c, k));
            }
        }
    }
    write_bytes(name, bytes, at + (size_t)rows * (size_t)C * (size_t)K * size);
}

static void check_npy_curves(int dtype, int version, bool fortran, int rows, int columns)
{
    write_npy("a.npy", dtype, version, fortran, rows, columns, 0);
    struct plt_file *file = read_file("a.npy");
    REQUIRE(file && num_errors + num_warnings == 0);
    REQUIRE_CMP(plt_file_num_series(file), ==, columns ? columns : 1, "d");
    int wrong = 0;
    for (int c = 0; c < plt_file_num_series(file); c++) {
        struct plt_series_pin pin;
        REQUIRE(plt_series_pin(plt_file_series(file, c), &pin));
        REQUIRE(pin.type == dtypes[dtype].type && pin.head == (uint64_t)rows);
        for (int r = 0; r < rows; r++)
            wrong += plt_pin_y(&pin, (uint64_t)r) != npy_value(r, c, 0);
        plt_series_unpin(&pin);
    }
    REQUIRE_CMP(wrong, ==, 0, "d");
    plt_file_destroy(file);
}

static void check_npy_image(int dtype, int version, bool fortran, int rows, int columns,
                            int channels)
{
    write_npy("a.npy", dtype, version, fortran, rows, columns, channels);
    struct plt_file *file = read_file("a.npy");
    REQUIRE(file && num_errors + num_warnings == 0);
    const struct plt_image *image = plt_file_image(file);
    enum plt_type type = dtypes[dtype].type == PLT_I64 ? PLT_F64 : dtypes[dtype].type;
    REQUIRE(image && plt_image_type(image) == type);
    REQUIRE(plt_image_rows(image) == rows && plt_image_columns(image) == columns);
    REQUIRE_CMP(plt_image_channels(image), ==, channels ? channels : 1, "d");
    int wrong = 0;
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
            for (int k = 0; k < (channels ? channels : 1); k++)
                wrong += plt_image_value(image, c, r, k) != npy_value(r, c, k);
        }
    }
    REQUIRE_CMP(wrong, ==, 0, "d");
    plt_file_destroy(file);
}

static void refuse_npy(const char *dictionary, size_t data, const char *what)
{
    static unsigned char bytes[4096];
    memset(bytes, 0, sizeof(bytes));
    size_t n = npy_header(bytes, 1, dictionary);
    write_bytes("bad.npy", bytes, n + data);
    refuse("bad.npy", what);
}

#define NPY(descr, order, shape) \
    "{'descr': " descr ", 'fortran_order': " order ", 'shape': " shape ", }"

static void check_bad_npy(void)
{
    refuse_npy(NPY("'f8'", "False", "(4,)"), 32, "'f8'");
    refuse_npy(NPY("'<f2'", "False", "(4,)"), 8, "as an image only");
    refuse_npy(NPY("'<u8'", "False", "(4,)"), 32, "'<u8'");
    refuse_npy(NPY("'<f2'", "False", "(4,)"), 8, "'<f2'");
    refuse_npy(NPY("'<c32'", "False", "(4,)"), 128, "'<c32'");
    refuse_npy(NPY("'<c16'", "False", "(2,2)"), 64, "complex array of 2 axes");
    refuse_npy(NPY("'<c16'", "False", "()"), 64, "complex array of 0 axes");
    refuse_npy(NPY("'<c16'", "False", "(4,)"), 60, "needs 64 bytes");
    refuse_npy(NPY("'|O'", "False", "(4,)"), 64, "'|O'");
    refuse_npy(NPY("'<M8[ns]'", "False", "(4,)"), 32, "'<M8[ns]'");
    refuse_npy(NPY("'a\nb'", "False", "(4,)"), 32, "'a?b'");
    refuse_npy(NPY("[('a', '<f8')]", "False", "(4,)"), 32, "fields");
    refuse_npy(NPY("'<f8'", "False", "(5,)"), 32, "needs 40 bytes of data, there are 32");
    refuse_npy(NPY("'<f8'", "False", "(3,)"), 32, "needs 24 bytes");
    refuse_npy(NPY("'<f8'", "False", "()"), 8, "0 axes");
    refuse_npy(NPY("'<f8'", "False", "(0,)"), 0, "length 0");
    refuse_npy(NPY("'<f8'", "False", "(4, 0)"), 0, "length 0");
    refuse_npy(NPY("'<f8'", "False", "(1, 1, 1, 1, 1)"), 8, "5 axes");
    refuse_npy(NPY("'|u1'", "False", "(1, 1, 2, 65)"), 130, "65 channels");
    refuse_npy(NPY("'|u1'", "False", "(2, 2, 2)"), 7, "needs 8 bytes");
    refuse_npy(NPY("'<f8'", "False", "(4294967296, 4294967296)"), 8, "more samples");
    refuse_npy(NPY("'<f8'", "False", "(99999999999999999999999,)"), 8, "length below");
    refuse_npy(NPY("'<f8'", "False", "(-4,)"), 32, "a length");
    refuse_npy(NPY("'<f8'", "False", "(4 4)"), 32, "','");
    refuse_npy(NPY("'<f8'", "Maybe", "(4,)"), 32, "True or False");
    refuse_npy(NPY("7", "False", "(4,)"), 32, "a string");
    refuse_npy("{'descr': '<f8', 'fortran_order': False}", 32, "'shape'");
    refuse_npy("{'descr': '<f8', 'shape': (4,)}", 32, "'fortran_order'");
    refuse_npy("{'fortran_order': False, 'shape': (4,)}", 32, "'descr'");
    refuse_npy("{'descr': '<f8', 'descr': '<f8', 'shape': (4,)}", 32, "only once");
    refuse_npy("{'descr': '<f8', 'color': 3}", 32, "'descr', 'fortran_order' or 'shape'");
    refuse_npy("{'descr': '<f8", 32, "the end of a string");
    refuse_npy("{'descr'", 32, "':'");
    refuse_npy("", 32, "'{'");
    refuse_npy(NPY("'<f8'", "False", "(4,)") " more", 32, "nothing after");

    unsigned char bytes[200] = {0};
    size_t n = npy_header(bytes, 1, NPY("'<f8'", "False", "(2,)"));
    for (size_t cut = 1; cut < n + 16; cut++) {
        write_bytes("bad.npy", bytes, cut);
        refuse("bad.npy", "byte");
    }
    bytes[6] = 9;
    write_bytes("bad.npy", bytes, n + 16);
    refuse("bad.npy", "version 9");
    bytes[6] = 2;
    memset(bytes + 8, 0xff, 4);
    write_bytes("bad.npy", bytes, n + 16);
    refuse("bad.npy", "byte 8");
    write_bytes("bad.npy", "1,2\n", 4);
    refuse("bad.npy", "signature");
    write_bytes("bad.png", "\x93NUMPY", 6); // content decides
    refuse("bad.png", "cut off");
}

static void check_npy(void)
{
    for (int dtype = 0; dtype < 10; dtype++) {
        for (int version = 1; version <= 3; version++) {
            for (int fortran = 0; fortran < 2; fortran++) {
                check_npy_curves(dtype, version, fortran, 50, 0);
                check_npy_curves(dtype, version, fortran, 70, 1);
                check_npy_curves(dtype, version, fortran, 70, 16);
                check_npy_image(dtype, version, fortran, 41, 17, 0);
                check_npy_image(dtype, version, fortran, 1, 33, 0);
            }
        }
    }
    for (int fortran = 0; fortran < 2; fortran++) {
        check_npy_image(1, 1, fortran, 9, 5, 3);
        check_npy_image(1, 1, fortran, 9, 40, 4);
    }
    check_bad_npy();
}

// --- any file ----------------------------------------------------------------------------

static void check_open(void)
{
    refuse("missing.csv", "No such file");
    mkdir(path_of("folder.npy"), 0700);
    refuse("folder.npy", "directory");
    write_bytes("empty.npy", "", 0);
    refuse("empty.npy", "empty");
    write_bytes("locked.csv", "1\n", 2);
    chmod(path_of("locked.csv"), 0);
    if (access(path_of("locked.csv"), R_OK) != 0)
        refuse("locked.csv", "denied");
    forget_messages();
    REQUIRE(!plt_file_read(NULL, plt_file_params(.log = log_)) && num_errors == 1);
    forget_messages();
    REQUIRE(!plt_file_read("a.csv", plt_file_params(.log = log_, .rate_hz = -1)));
    REQUIRE_CMP(num_errors, ==, 1, "d");
    REQUIRE_CMP(plt_file_num_series(NULL), ==, 0, "d");
    plt_file_destroy(NULL);
}

int main(void)
{
    struct test_random random = test_random_seeded();
    if (!files_begin())
        return test_skip("no folder for temporary files");
    check_open();
    check_text();
    check_round_trip(&random);
    check_npy();

    const char *table = "t;a b;c\n0;1;2\n1;3;4\n2;x;6\n3;1e5;-7.25\n";
    write_bytes("table.csv", table, strlen(table));
    write_npy("curves.npy", 8, 1, false, 40, 3, 0);
    write_npy("image.npy", 7, 2, true, 20, 30, 0);
    check_any(&random, "table.csv");
    check_any(&random, "curves.npy");
    check_any(&random, "image.npy");
    files_finish();
    return test_result();
}
