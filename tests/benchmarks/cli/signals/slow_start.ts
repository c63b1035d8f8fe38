/** The same program where its modules take longer to load than Deno keeps what is ignored. */
await new Promise((resolve) => setTimeout(resolve, 1000));
await import("./listening.ts");
