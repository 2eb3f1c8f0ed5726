using System;
using System.IO;

namespace Kioto;

/// <summary>Where in the source a task was spawned: the compiler tells every Spawn method, and the task remembers it.</summary>
public readonly struct SpawnSite : IEquatable<SpawnSite>
{
    internal SpawnSite(string? file, int line)
    {
        File = file;
        Line = line;
    }

    /// <summary>The path of the file as the compiler saw it; null when the task was not spawned by a call in source.</summary>
    public string? File { get; }

    /// <summary>The line, counted from 1; 0 when it is not known.</summary>
    public int Line { get; }

    /// <summary>The file's name without its folders, and the line: <c>Server.cs:42</c>.</summary>
    /// <returns>The text; "unknown" when the site is not known.</returns>
    public override string ToString() => File is null ? "unknown" : $"{Path.GetFileName(File)}:{Line}";

    /// <inheritdoc/>
    public bool Equals(SpawnSite other) => File == other.File && Line == other.Line;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SpawnSite other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(File, Line);

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
