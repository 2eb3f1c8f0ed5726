namespace Kioto.Testing;

/// <summary>What happens at a place of a mock's script.</summary>
internal enum MockStepKind
{
    Read,
    ReadError,
    Write,
    WriteError,
    Wait,
}
