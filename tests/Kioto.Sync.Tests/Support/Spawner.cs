using System;
using System.Threading.Tasks;

namespace Kioto.SyncTests;

/// <summary>Starts tasks wherever the test runs.</summary>
internal sealed class Spawner(Where where)
{
    internal Where Where { get; } = where;

    internal Job Spawn(Func<Future> body) => Where switch
    {
        Where.LocalSet => new Job(Kio.SpawnLocal(body)),
        Where.NoRuntime => new Job(OnPool(body)),
        _ => new Job(Kio.Spawn(body)),
    };

    /// <summary>Lets the other tasks run until the condition holds; a hang is the test's time limit's business.</summary>
    internal static async Future Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Kio.YieldNow();
        }
    }

    /// <summary>Lets the other tasks run for some turns: what should not happen has its chance.</summary>
    internal static async Future Settle()
    {
        for (int i = 0; i < 50; i++)
        {
            await Kio.YieldNow();
        }
    }

    private static async Task OnPool(Func<Future> body)
    {
        await Task.Yield();
        await body();
    }
}
