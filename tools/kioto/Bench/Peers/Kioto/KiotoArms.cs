using System;
using Kioto.Sync;

namespace Kioto.Tool.Bench;

/// <summary>Several futures at once on one task.</summary>
internal static class KiotoArms
{
    private static readonly Notify s_never = new();

    public static async Future<Sample> Join3(int ops)
    {
        int sum = 0;
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            (int a, int b, int c) = await Kio.Join(Ready(i), Ready(i), Ready(i));
            sum += a + b + c;
        }

        return measurement.Stop(ops + (sum == 1 ? 1 : 0));
    }

    public static async Future<Sample> Select2(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            switch (await Kio.Select(Kio.YieldNow(), s_never.NotifiedAsync()))
            {
                case { Index: 0 }:
                    break;
                default:
                    throw new InvalidOperationException("The signal never comes.");
            }
        }

        return measurement.Stop(ops);
    }

    // Out of line: what is joined comes from somewhere else.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static Future<int> Ready(int value) => Future.FromResult(value);
}
