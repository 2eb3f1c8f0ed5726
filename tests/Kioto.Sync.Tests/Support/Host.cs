using System;
using System.Threading.Tasks;

namespace Kioto.SyncTests;

/// <summary>Runs a test body in one of the places, and bounds how long it may take.</summary>
internal static class Host
{
    private const int Seconds = 60;

    public static TheoryData<Where> All =>
        [Where.MultiThread, Where.OneWorker, Where.CurrentThread, Where.LocalSet, Where.NoRuntime];

    /// <summary>Places whose tasks can be aborted.</summary>
    public static TheoryData<Where> Runtimes => [Where.MultiThread, Where.OneWorker, Where.CurrentThread, Where.LocalSet];

    internal static void Run(Where where, Func<Spawner, Future> body) => OnThread(() => Start(where, body));

    internal static void Run(Func<Spawner, Future> body) => Run(Where.OneWorker, body);

    /// <summary>Runs what may hang on a thread of its own.</summary>
    internal static void OnThread(Action body) => Bounded.Run(body, Seconds);

    private static void Start(Where where, Func<Spawner, Future> body)
    {
        switch (where)
        {
            case Where.NoRuntime:
                OnPool(body).GetAwaiter().GetResult();
                return;
            case Where.LocalSet:
                using (LocalSet set = new())
                {
                    set.BlockOn(async () => await Kio.SpawnLocal(() => body(new Spawner(where))));
                }

                return;
            default:
                using (Runtime runtime = Builder(where).ForTests().Build())
                {
                    runtime.BlockOn(async () => await runtime.Spawn(() => body(new Spawner(where))));
                }

                return;
        }
    }

    private static RuntimeBuilder Builder(Where where) => where switch
    {
        Where.CurrentThread => Runtime.CreateCurrentThreadBuilder(),
        Where.OneWorker => Runtime.CreateBuilder().WorkerThreads(1),
        _ => Runtime.CreateBuilder().WorkerThreads(2),
    };

    private static async Task OnPool(Func<Spawner, Future> body)
    {
        await Task.Yield();
        await body(new Spawner(Where.NoRuntime));
    }
}
