using System;
using System.Runtime.InteropServices;

namespace Kioto.Net.Tests;

/// <summary>Forbids a system call to this thread and to those that it starts, as a container's sandbox does.</summary>
internal static unsafe class Seccomp
{
    internal const int NotPermitted = 1; // EPERM

    private const int SetNoNewPrivileges = 38;
    private const int SetSeccomp = 22;
    private const int ModeFilter = 2;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint ReturnErrno = 0x0005_0000;
    private const uint Allow = 0x7FFF_0000;

    /// <summary>From now on the call fails on this thread. It can't be taken back: use a thread that ends.</summary>
    /// <param name="number">The call's number.</param>
    /// <param name="errno">What it fails with.</param>
    internal static void Forbid(uint number, uint errno)
    {
        // The number is the first word of what the filter sees.
        Instruction* program = stackalloc Instruction[]
        {
            new Instruction { Code = LoadWord, Value = 0 },
            new Instruction { Code = JumpIfEqual, IfTrue = 0, IfFalse = 1, Value = number },
            new Instruction { Code = Return, Value = ReturnErrno | errno },
            new Instruction { Code = Return, Value = Allow },
        };
        Program whole = new() { Length = 4, Instructions = program };
        if (prctl(SetNoNewPrivileges, 1, 0, 0, 0) < 0 || prctl(SetSeccomp, ModeFilter, (nint)(&whole), 0, 0) < 0)
        {
            throw new InvalidOperationException($"prctl: errno {Marshal.GetLastSystemError()}");
        }
    }

    [DllImport("libc")]
    private static extern int prctl(int option, nint first, nint second, nint third, nint fourth);

    private struct Instruction
    {
        internal ushort Code;
        internal byte IfTrue;
        internal byte IfFalse;
        internal uint Value;
    }

    private struct Program
    {
        internal ushort Length;
        internal Instruction* Instructions;
    }
}
