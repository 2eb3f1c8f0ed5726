using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Where in the source a task was spawned: the compiler tells every Spawn method, and the task remembers it.</summary>
/// <remarks>With the name, if the task was given one: see <c>TaskBuilder</c>.</remarks>
public readonly struct SpawnSite : IEquatable<SpawnSite>
{
    // The file, or a NamedSite: what a task keeps of it is one reference, whether it has a name or not.
    private readonly object? _place;

    internal SpawnSite(string? file, int line)
    {
        _place = file;
        Line = line;
    }

    private SpawnSite(object? place, int line)
    {
        _place = place;
        Line = line;
    }

    /// <summary>The path of the file as the compiler saw it; null when the task was not spawned by a call in source.</summary>
    public string? File => _place as string ?? (_place as NamedSite)?.File;

    /// <summary>The task's name; null for one that was spawned without.</summary>
    public string? Name => (_place as NamedSite)?.Name;

    /// <summary>The line, counted from 1; 0 when it is not known.</summary>
    public int Line { get; }

    /// <summary>What a task keeps, with the line.</summary>
    internal object? Place => _place;

    /// <summary>What a task has kept.</summary>
    /// <param name="place">The place.</param>
    /// <param name="line">The line.</param>
    /// <returns>The site.</returns>
    internal static SpawnSite Of(object? place, int line) => new(place, line);

    /// <summary>The site of a task with a name.</summary>
    /// <param name="name">The name; null for none.</param>
    /// <param name="file">The file.</param>
    /// <param name="line">The line.</param>
    /// <returns>The site.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    internal static SpawnSite Named(string? name, string? file, int line) =>
        name is null ? new SpawnSite(file, line) : WithName(name, file, line);

    // Not inlined: the way of tasks without a name stays short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SpawnSite WithName(string name, string? file, int line)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SpawnSite(new NamedSite(name, file), line);
    }

    /// <summary>A task in words, with its name if it has one: <c>task 7 "accept"</c>.</summary>
    /// <param name="task">It without.</param>
    /// <returns>The words.</returns>
    internal string Title(string task) => Name is { } name ? $@"{task} ""{name}""" : task;

    /// <summary>The file's name without its folders, and the line: <c>Server.cs:42</c>.</summary>
    /// <returns>The text; "unknown" when the site is not known.</returns>
    public override string ToString() => File is null ? "unknown" : $"{Path.GetFileName(File)}:{Line}";

    /// <inheritdoc/>
    public bool Equals(SpawnSite other) => Line == other.Line && Equals(_place, other._place);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SpawnSite other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_place, Line);

    /// <summary>Whether both are the same place.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator ==(SpawnSite left, SpawnSite right) => left.Equals(right);

    /// <summary>Whether they are different places.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they are.</returns>
    public static bool operator !=(SpawnSite left, SpawnSite right) => !left.Equals(right);
}
