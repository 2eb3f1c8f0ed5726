using System;

namespace Kioto;

/// <summary>A poll that has lasted too long on a thread whose tasks nobody else can go on with.</summary>
/// <param name="Runtime">The runtime that the thread polls for.</param>
/// <param name="Task">The task; null for the future of a BlockOn.</param>
/// <param name="Worker">The thread's index among the runtime's workers; -1 for one that only drives a local set.</param>
/// <param name="Nanos">How long the poll has lasted.</param>
/// <param name="Compilation">How long the process has compiled meanwhile.</param>
internal readonly record struct StuckPoll(RuntimeScheduler Runtime, TaskHeader? Task, int Worker, long Nanos, TimeSpan Compilation);
