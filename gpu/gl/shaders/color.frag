// RGB(A) images of bytes: no levels, alpha blends.
uniform sampler2DArray source;

void main()
{
    ivec4 box = covered();
    if (box.x >= box.y || box.z >= box.w)
        discard;
    vec4 most = vec4(0.0);
    vec4 total = vec4(0.0);
    for (int r = box.z; r < box.w; r++) {
        vec4 sum = vec4(0.0);
        for (int c = box.x; c < box.y; c++) {
            vec4 v = floor(texelFetch(source, texel(c, r), 0) * 255.0 + 0.5);
            most = max(most, v);
            sum += v;
        }
        total += sum;
    }
    float count = float(box.y - box.x) * float(box.w - box.z);
    result = floor((tiles.w != 0 ? most : total / count) + 0.5) / 255.0;
}
