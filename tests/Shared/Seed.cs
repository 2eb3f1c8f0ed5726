using System;
using System.Globalization;

namespace Kioto.TestSupport;

/// <summary>The seed of a stress test: printed, and taken from KIOTO_SEED to repeat a run.</summary>
internal static class Seed
{
    /// <summary>Whether the long forms run: minutes are available.</summary>
    internal static bool Long => Environment.GetEnvironmentVariable("KIOTO_LONG") == "1";

    internal static int Next()
    {
        int seed = int.TryParse(
            Environment.GetEnvironmentVariable("KIOTO_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine($"KIOTO_SEED={seed}");
        Console.WriteLine($"KIOTO_SEED={seed}");
        return seed;
    }
}
