//! The command `mentorscope`: parses, calls the library, exits.

fn main() -> std::process::ExitCode {
    mentorscope::cli::main()
}
