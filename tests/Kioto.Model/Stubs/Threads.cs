using System;
using ModelChecking;

namespace Kioto;

/// <summary>A runtime's threads are threads of the model.</summary>
internal static class Threads
{
    internal static void StartWorker(RuntimeScheduler scheduler, int index, Action body) => Model.Spawn(body);

    internal static void StartBlocking(RuntimeScheduler scheduler, Action body, string name) => Model.Spawn(body);

    internal static void Start(Action body, string name) => Model.Spawn(body);
}
