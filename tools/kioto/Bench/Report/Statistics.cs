using System;
using System.Collections.Generic;
using System.Linq;

namespace Kioto.Tool.Bench;

/// <summary>The few statistics that a table of benchmarks needs.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>A quantile, interpolated between the two values next to it.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("There is no quantile of nothing.", nameof(values));
        }

        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }

    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));

    /// <summary>
    /// Compares two series that were measured alternately: each pair saw the same state of the machine, so the ratio
    /// of a pair is steadier than either of its figures.
    /// </summary>
    public static Ratio PairwiseRatio(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        double[] ratios = [.. ours.Zip(theirs, (our, their) => our / their)];
        return new Ratio(Median(ratios), Quantile(ratios, 0.25), Quantile(ratios, 0.75));
    }
}
