using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>
/// All small programs of writes, awaits, calls, spawns and suppressed flow: an AsyncLocal has the same value at every
/// step over futures as over Tasks.
/// </summary>
public sealed class FlowProgramTests
{
    private static readonly AsyncLocal<int> s_local = new();

    /// <summary>One step of a program. A call or a spawn runs the rest of the program, and then its caller goes on.</summary>
    private enum Step
    {
        Write,
        WriteBack,
        Yield,
        Foreign,
        Call,
        Spawn,
        SpawnSuppressed,
        Blocking,
        FailingCall,
    }

    /// <summary>Each runtime with each first step.</summary>
    public static TheoryData<RuntimeKind, string> Batches
    {
        get
        {
            TheoryData<RuntimeKind, string> batches = [];
            foreach (RuntimeKind kind in Runtimes.Kinds)
            {
                foreach (string step in Enum.GetNames<Step>())
                {
                    batches.Add(kind, step);
                }
            }

            return batches;
        }
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void Futures_flow_as_Tasks(RuntimeKind kind, string first)
    {
        Step[][] programs = [.. Programs(3).Select(rest => (Step[])[Enum.Parse<Step>(first), .. rest])];
        Runtimes.Run(kind, async () =>
        {
            foreach (Step[] program in programs)
            {
                foreach (int initial in (int[])[0, 100])
                {
                    List<int> ofTasks = [];
                    await Kio.Spawn(async Task () =>
                    {
                        s_local.Value = initial;
                        await RunTask(program, 0, ofTasks);
                        ofTasks.Add(s_local.Value);
                    });
                    List<int> ofFutures = [];
                    await Kio.Spawn(async Future () =>
                    {
                        s_local.Value = initial;
                        await RunFuture(program, 0, ofFutures);
                        ofFutures.Add(s_local.Value);
                    });
                    if (!ofTasks.SequenceEqual(ofFutures))
                    {
                        Assert.Fail($"{string.Join(", ", program)} from {initial}: Tasks saw " +
                            $"{string.Join(", ", ofTasks)}; futures {string.Join(", ", ofFutures)}.");
                    }
                }
            }
        });
    }

    [Fact]
    public void Local_tasks_flow_as_Tasks()
    {
        Step[][] programs = [.. Programs(3)];
        Bounded.Run(() =>
        {
            using LocalSet set = new();
            set.BlockOn(async () =>
            {
                foreach (Step[] program in programs)
                {
                    List<int> ofTasks = [];
                    await Kio.Spawn(async Task () => await RunTask(program, 0, ofTasks));
                    List<int> ofFutures = [];
                    await Kio.SpawnLocal(async Future () => await RunFuture(program, 0, ofFutures));
                    Assert.Equal(ofTasks, ofFutures);
                }
            });
        });
    }

    private static IEnumerable<Step[]> Programs(int length)
    {
        Step[] steps = Enum.GetValues<Step>();
        int count = 1;
        for (int i = 0; i < length; i++)
        {
            count *= steps.Length;
        }

        for (int number = 0; number < count; number++)
        {
            Step[] program = new Step[length];
            int rest = number;
            for (int i = 0; i < length; i++)
            {
                program[i] = steps[rest % steps.Length];
                rest /= steps.Length;
            }

            yield return program;
        }
    }

    private static async Task RunTask(Step[] program, int at, List<int> seen)
    {
        for (; at < program.Length; at++)
        {
            seen.Add(s_local.Value);
            switch (program[at])
            {
                case Step.Write:
                    s_local.Value = at + 1;
                    break;
                case Step.WriteBack:
                    s_local.Value = 0;
                    break;
                case Step.Yield:
                    await Task.Yield();
                    break;
                case Step.Foreign:
                    await OtherThread();
                    break;
                case Step.Call:
                    await RunTask(program, at + 1, seen);
                    break;
                case Step.Spawn:
                    await Task.Run(() => RunTask(program, at + 1, seen));
                    break;
                case Step.SpawnSuppressed:
                    Task task;
                    using (ExecutionContext.SuppressFlow())
                    {
                        task = Task.Run(() => RunTask(program, at + 1, seen));
                    }

                    await task;
                    break;
                case Step.Blocking:
                    await Task.Run(() => seen.Add(s_local.Value));
                    break;
                default:
                    await Assert.ThrowsAsync<FormatException>(async () =>
                    {
                        await RunTask(program, at + 1, seen);
                        throw new FormatException();
                    });
                    break;
            }
        }

        seen.Add(s_local.Value);
    }

    private static async Future RunFuture(Step[] program, int at, List<int> seen)
    {
        for (; at < program.Length; at++)
        {
            seen.Add(s_local.Value);
            switch (program[at])
            {
                case Step.Write:
                    s_local.Value = at + 1;
                    break;
                case Step.WriteBack:
                    s_local.Value = 0;
                    break;
                case Step.Yield:
                    await Kio.YieldNow();
                    break;
                case Step.Foreign:
                    await OtherThread();
                    break;
                case Step.Call:
                    await RunFuture(program, at + 1, seen);
                    break;
                case Step.Spawn:
                    await Kio.Spawn(() => RunFuture(program, at + 1, seen));
                    break;
                case Step.SpawnSuppressed:
                    JoinHandle handle;
                    using (ExecutionContext.SuppressFlow())
                    {
                        handle = Kio.Spawn(RunFuture(program, at + 1, seen));
                    }

                    await handle;
                    break;
                case Step.Blocking:
                    await Kio.SpawnBlocking(() => seen.Add(s_local.Value));
                    break;
                default:
                    await Expect.Throws<FormatException>(async Future () =>
                    {
                        await RunFuture(program, at + 1, seen);
                        throw new FormatException();
                    });
                    break;
            }
        }

        seen.Add(s_local.Value);
    }

    // Completes on a thread of its own, under a context of its own.
    private static Task OtherThread()
    {
        TaskCompletionSource source = new();
        ThreadPool.UnsafeQueueUserWorkItem(
            static source =>
            {
                s_local.Value = -1;
                source.SetResult();
            },
            source,
            preferLocal: false);
        return source.Task;
    }
}
