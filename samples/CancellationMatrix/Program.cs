using System;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using CancellationMatrix;
using Kioto;

// Cancels every small program at each of its steps, on both schedulers, and checks that cleanup runs once and nothing
// is left behind. Published as native code too, where frames can't be looked into and all of them are thrown through.
// With "--no-dynamic-code" (before anything else is done) it runs as native code would, without being it.
if (args is ["--no-dynamic-code", ..])
{
    AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
    args = args[1..];
}

int awaits = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
int failed = 0;
Console.WriteLine($"dynamic code: {RuntimeFeature.IsDynamicCodeSupported}");
foreach (bool multiThread in new[] { false, true })
{
    Stopwatch watch = Stopwatch.StartNew();
    using Runtime runtime = (multiThread
        ? Runtime.CreateBuilder().WorkerThreads(2)
        : Runtime.CreateCurrentThreadBuilder()).Build();
    int cases = runtime.BlockOn(runtime.Spawn(async () =>
    {
        int count = 0;
        foreach (MatrixCase @case in Matrix.Cases(awaits, Matrix.AllModes))
        {
            try
            {
                await @case.Run();
            }
            catch (InvalidOperationException exception)
            {
                failed++;
                Console.Error.WriteLine(exception.Message);
            }

            count++;
        }

        return count;
    }).AsFuture());
    Console.WriteLine($"{(multiThread ? "two workers" : "one thread")}: {cases} cases in {watch.Elapsed.TotalSeconds:F1} s");
}

Console.WriteLine($"{failed} failed");
return failed == 0 ? 0 : 1;
