namespace Kioto.Tool.Bench;

/// <summary>A median of ratios and its spread: below 1 is faster than the peer.</summary>
internal readonly record struct Ratio(double Median, double P25, double P75);
