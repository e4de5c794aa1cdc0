"""The pages people work at: home, step, approval, case, intake. Views read and render; verbs change."""
