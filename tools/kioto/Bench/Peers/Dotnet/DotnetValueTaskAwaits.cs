using System.Diagnostics;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Seven async methods of type ValueTask.</summary>
internal static class DotnetValueTaskAwaits
{
    private static readonly Pause s_pause = new();

    /// <summary>One operation is seven calls, of which four suspend once and are resumed by hand.</summary>
    public static Sample Pending(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            ValueTask<int> task = Root(s_pause);
            for (int resumed = 0; resumed < 4; resumed++)
            {
                s_pause.Resume();
            }

            Debug.Assert(task.IsCompleted, "all suspensions were resumed");
            task.GetAwaiter().GetResult();
        }

        return measurement.Stop(ops);
    }

    /// <summary>One operation is the same seven calls, which complete at once.</summary>
    public static async Task<Sample> Completed(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Root(null);
        }

        return measurement.Stop(ops);
    }

    private static async ValueTask<int> Root(Pause? pause) => await Left(pause) + await Right(pause);

    private static async ValueTask<int> Left(Pause? pause) => await LeafA(pause) + await LeafB(pause);

    private static async ValueTask<int> Right(Pause? pause) => await LeafC(pause) + await LeafD(pause);

    private static async ValueTask<int> LeafA(Pause? pause)
    {
        if (pause is not null)
        {
            await pause;
        }

        return 1;
    }

    private static async ValueTask<int> LeafB(Pause? pause)
    {
        if (pause is not null)
        {
            await pause;
        }

        return 2;
    }

    private static async ValueTask<int> LeafC(Pause? pause)
    {
        if (pause is not null)
        {
            await pause;
        }

        return 3;
    }

    private static async ValueTask<int> LeafD(Pause? pause)
    {
        if (pause is not null)
        {
            await pause;
        }

        return 4;
    }
}
