using System.Threading;

namespace Kioto.AspNetCore;

/// <summary>A connection's context, and what it is with the runtime in it.</summary>
internal sealed record FlowingContext(ExecutionContext Plain, ExecutionContext WithRuntime);
