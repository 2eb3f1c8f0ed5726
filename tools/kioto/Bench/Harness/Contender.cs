using System;

namespace Kioto.Tool.Bench;

/// <summary>One that is measured: a process of its own, which is idle while others are measured.</summary>
internal abstract class Contender(string peer) : IDisposable
{
    /// <summary>kioto, dotnet, inline (.NET's server told to run inline), tokio, hyper, c or baseline.</summary>
    public string Peer { get; } = peer;

    public abstract string Version { get; }

    /// <summary>What distinguishes it from another contender of the same peer, such as its allocator; or empty.</summary>
    public virtual string Variant => "";

    /// <summary>Whether it compiles while it runs.</summary>
    public bool IsDotnet => Peer is "kioto" or "dotnet" or "inline" or "baseline";

    public abstract bool Knows(BenchSpec spec);

    /// <summary>Runs one repetition.</summary>
    /// <exception cref="BenchException">There is no figure.</exception>
    public abstract Sample Repeat(BenchSpec spec, BenchPlan plan);

    /// <summary>Runs for a short while, for its compiler's sake.</summary>
    public abstract void WarmUp(BenchSpec spec);

    public abstract void Dispose();
}
