using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>Something that failed in a scope.</summary>
/// <param name="Error">The failure.</param>
/// <param name="Task">The child whose it is; null for the body and the deadline.</param>
internal readonly record struct ScopeFailure(ExceptionDispatchInfo Error, ISpawned? Task);
