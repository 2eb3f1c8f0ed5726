using System;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class StatisticsTests
{
    [Fact]
    public void Median_of_an_odd_count_is_the_middle_value() => Assert.Equal(3, Statistics.Median([5, 1, 3]));

    [Fact]
    public void Median_of_an_even_count_lies_between_the_two_in_the_middle() =>
        Assert.Equal(2.5, Statistics.Median([4, 1, 3, 2]));

    [Fact]
    public void Quantiles_are_interpolated()
    {
        double[] values = [10, 20, 30, 40, 50];
        Assert.Equal(10, Statistics.Quantile(values, 0));
        Assert.Equal(20, Statistics.Quantile(values, 0.25));
        Assert.Equal(22, Statistics.Quantile(values, 0.3), 9);
        Assert.Equal(50, Statistics.Quantile(values, 1));
    }

    [Fact]
    public void A_quantile_of_nothing_is_an_error() =>
        Assert.Throws<ArgumentException>(() => Statistics.Quantile([], 0.5));

    [Fact]
    public void Ratio_is_the_median_of_pairs_and_not_the_ratio_of_medians()
    {
        // The machine was ten times slower in the second pair, for both.
        double[] ours = [1, 20, 3];
        double[] theirs = [2, 40, 3];
        Ratio ratio = Statistics.PairwiseRatio(ours, theirs);
        Assert.Equal(0.5, ratio.Median);
        Assert.Equal(0.5, ratio.P25);
        Assert.Equal(0.75, ratio.P75);
        Assert.Equal(1, Statistics.Median(ours) / Statistics.Median(theirs), 9);
    }

    [Fact]
    public void Geometric_mean_of_a_ratio_and_its_inverse_is_one() =>
        Assert.Equal(1, Statistics.GeometricMean([0.25, 4]), 9);
}
