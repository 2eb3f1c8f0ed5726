namespace Kioto.Tool.Traffic;

/// <summary>What a load saw.</summary>
internal sealed record LoadResult(
    double Rate, double MeanUs, double P50Us, double P99Us, double P999Us, double MaxUs, long Messages);
