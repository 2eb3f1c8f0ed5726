using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Several Tasks at once in one method.</summary>
internal static class DotnetArms
{
    private static readonly TaskCompletionSource s_never = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<Sample> Join3(int ops)
    {
        int sum = 0;
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            Task<int> a = Ready(i);
            Task<int> b = Ready(i);
            Task<int> c = Ready(i);
            await Task.WhenAll(a, b, c);
            sum += a.Result + b.Result + c.Result;
        }

        return measurement.Stop(ops + (sum == 1 ? 1 : 0));
    }

    public static async Task<Sample> Select2(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            if (await Task.WhenAny(Yield(), s_never.Task) == s_never.Task)
            {
                throw new InvalidOperationException("The signal never comes.");
            }
        }

        return measurement.Stop(ops);
    }

    private static async Task Yield() => await Task.Yield();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> Ready(int value) => Task.FromResult(value);
}
