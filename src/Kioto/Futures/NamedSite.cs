namespace Kioto;

/// <summary>What a task with a name keeps in place of the file where it was spawned.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="File">The file.</param>
internal sealed record NamedSite(string Name, string? File);
